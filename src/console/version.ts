declare const __VERSION__: string | undefined;

/** Written in by the build. */
export const version = typeof __VERSION__ === 'undefined' ? '0.0.0-development' : __VERSION__;
