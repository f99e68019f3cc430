/** The bytes of an HTTP body -> text: unpacked where a server packed without being asked, read in the encoding that it names. */

/** Of what was unpacked, bytes: a few bytes can become very many. */
const unpackedCap = 1024 * 1024;

/** A text says in words why the body cannot be read. */
export function unpack(body: Buffer, encoding = 'identity'): Buffer | string {
  if (body.length === 0) return body;
  const zlib = process.getBuiltinModule('node:zlib');
  const limit = { maxOutputLength: unpackedCap };
  try {
    switch (encoding.trim().toLowerCase()) {
      case '':
      case 'identity':
        return body;
      case 'gzip':
      case 'x-gzip':
        return zlib.gunzipSync(body, limit);
      case 'deflate':
        return zlib.inflateSync(body, limit);
      case 'br':
        return zlib.brotliDecompressSync(body, limit);
      default:
        return `the answer is packed as ${encoding}, which was not asked for`;
    }
  } catch (problem) {
    return `the answer says that it is packed as ${encoding} and cannot be unpacked: ${(problem as Error).message}`;
  }
}

/** UTF-8 unless the media type names another encoding. */
export function decoded(body: Buffer, mediaType: string): { readonly text: string; readonly isText: boolean } {
  const name = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(mediaType)?.[1] ?? 'utf-8';
  try {
    return { text: new TextDecoder(name, { fatal: true, ignoreBOM: true }).decode(body), isText: true };
  } catch {
    // Not of that encoding, or an encoding that nobody knows.
    return { text: body.toString('utf8'), isText: false };
  }
}
