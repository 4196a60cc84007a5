// This machine's ccache, read-only over HTTP: what was compiled here is not compiled again while images are built.
// ccache asks for /ab/cdef…; its folder has the same entry as a/b/cdef…R (an object) or …M (what it is made of).
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

function find(folder, url) {
  const key = /^\/([0-9a-z]{2})\/([0-9a-z]{20,60})$/.exec(url);
  if (!key) return undefined;
  const name = key[1] + key[2];
  const places = [2, 3, 4].flatMap((levels) => ['R', 'M'].map((kind) =>
    join(folder, ...name.slice(0, levels), name.slice(levels) + kind)));
  return places.find(existsSync);
}

// Answers {url, hits, misses, close}; `url` is for CCACHE_REMOTE_STORAGE.
export async function serve_compiler_cache(folder, host, port = 0) {
  const counts = { hits: 0, misses: 0 };
  const server = createServer((request, response) => {
    const file = ['GET', 'HEAD'].includes(request.method) && find(folder, request.url);
    counts[file ? 'hits' : 'misses'] += 1;
    if (!file) return response.writeHead(404).end();
    response.writeHead(200);
    return request.method === 'HEAD' ? response.end() : createReadStream(file).pipe(response);
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  const url = `http://${host}:${server.address().port}|read-only|layout=subdirs`;
  return { url, counts, close: () => new Promise((done) => server.close(done)) };
}
