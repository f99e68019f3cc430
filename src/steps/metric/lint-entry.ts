export { lintUrlEntry as lintEntry } from '../../clients/url-target.ts';
