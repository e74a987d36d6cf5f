// Sees from outside what a browser does and leaves behind: a proxy that every connection must pass, a socket for datagrams, the browser's
// own log of its network (names looked up, sockets, requests of every kind), and its whole profile on disk once it is closed.
import { createSocket } from 'node:dgram';
import { mkdtemp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, request as forward } from 'node:http';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** @typedef {Awaited<ReturnType<typeof startRecorder>>} Recorder */

/** Events of the browser's log that mean that something goes out, and where they say what. */
const OUT = /** @type {Record<string, (params: any) => string | undefined>} */ ({
  URL_REQUEST_START_JOB: ({ url }) => url,
  HOST_RESOLVER_MANAGER_REQUEST: ({ host }) => host && `name ${host}`,
  TCP_CONNECT_ATTEMPT: ({ address }) => address && `socket ${address}`,
  UDP_BYTES_SENT: ({ address, byte_count }) => `datagram ${address ?? ''} (${byte_count} bytes)`,
});

/** Where a browser of this make goes by itself: for its updates, its user's account, the hour, its filling of forms. */
const MAKER = /^(?:[a-z0-9-]+\.)*(?:google|googleapis|gstatic)\.com$/;

/** The host of an address or of what the log says of a name, a socket. @param {string} what */
const hostOf = (what) => /^(?:[A-Z]+ )?(?:name )?(?:[a-z]+:\/\/)?([^/:?]+)/.exec(what)?.[1] ?? '';

/**
 * @param {{proxy?: boolean}} [options] without a proxy the browser looks names up itself: a look-up is then in its log
 */
export async function startRecorder({ proxy: isProxied = true } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'riskset-recorder-'));
  const profile = join(folder, 'profile'), log = join(folder, 'network.json'), downloads = join(folder, 'downloads');
  await Promise.all([profile, downloads].map((path) => mkdir(path)));

  /** What reached the proxy. @type {{what: string, at: number}[]} */
  const passed = [];
  /** The test's own server: what is asked of it goes on. */
  let home = '';
  /** When a file was opened. @type {number | null} */
  let opened = null;
  /** @param {string} what */
  const note = (what) => { passed.push({ what, at: performance.now() }); };

  const proxy = createServer((request, response) => {
    const url = request.url ?? '';
    note(`${request.method} ${url}`);
    if (home === '' || !url.startsWith(home)) {
      // As if the letter had arrived.
      request.resume();
      response.writeHead(204).end();
      return;
    }
    const { host, pathname, search } = new URL(url);
    const [hostname, port] = host.split(':');
    request.pipe(forward({ hostname, port, path: pathname + search, method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    }).on('error', () => response.destroy()));
  });
  proxy.on('connect', (request, socket) => {
    note(`CONNECT ${request.url}`);
    socket.on('error', () => {});
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise((resolve) => { proxy.listen(0, '127.0.0.1', () => resolve(undefined)); });

  const datagrams = createSocket('udp4');
  datagrams.on('message', (message) => note(`datagram of ${message.length} bytes`));
  await new Promise((resolve) => { datagrams.bind(0, '127.0.0.1', () => resolve(undefined)); });

  const { port } = /** @type {import('node:net').AddressInfo} */ (proxy.address());
  const origin = () => new URL(home).host;

  return {
    profile, downloads,
    /** Where a datagram is heard. */
    datagramPort: datagrams.address().port,
    /** For the browser; the last lets it use the proxy for this machine, too. */
    args: [`--log-net-log=${log}`, ...(isProxied ? [`--proxy-server=http://127.0.0.1:${port}`, '--proxy-bypass-list=<-loopback>'] : ['--no-proxy-server'])],
    /** @param {string} base the address of the test's own server, empty where there is none */
    at(base) { home = base; },
    opened() { opened ??= performance.now(); },
    /** What the proxy and the socket have heard so far. */
    heard: () => passed.map(({ what }) => what),

    /**
     * What went out of the browser, or home after a file was opened; and what the browser asked by itself of its maker, which no page can do
     * or prevent (docs/silence.md): the log says of each request who asked for it. To be asked once the browser is closed.
     * @returns {Promise<{sent: string[], browsers: string[]}>}
     */
    async seen() {
      const { constants, events } = JSON.parse(await readFile(log, 'utf8'));
      const names = new Map(Object.entries(constants.logEventTypes).map(([name, number]) => [number, name]));
      const local = [`name http://127.0.0.1:${port}`, `socket 127.0.0.1:${port}`, ...(home === '' ? [] : [home, `name http://${origin()}`, `socket ${origin()}`])];
      /** @type {Set<string>} */
      const sent = new Set(), browsers = new Set(), makers = new Set(), pages = new Set();
      const inLog = events.flatMap((/** @type {any} */ { type, params = {} }) => {
        const what = OUT[names.get(type) ?? '']?.(params);
        return what === undefined || /^(data|blob|file|chrome|devtools|about):/.test(what) || local.some((start) => what.startsWith(start)) ? [] : [{ what, params }];
      });
      for (const { what, params } of inLog) {
        if (params.initiator === 'not an origin' && params.request_type === 'other' && MAKER.test(hostOf(what))) {
          browsers.add(what);
          makers.add(hostOf(what));
        } else if (params.initiator !== undefined) pages.add(hostOf(what));
      }
      // A host that a page asked for, too, is not passed over.
      for (const host of pages) makers.delete(host);
      for (const { what } of inLog) if (!browsers.has(what) && !makers.has(hostOf(what))) sent.add(`browser: ${what}`);
      for (const { what, at } of passed) {
        const isHome = home !== '' && what.startsWith(`GET ${home}`) && !(opened !== null && at > opened);
        if (!isHome && !makers.has(hostOf(what))) sent.add(`proxy: ${what}`);
      }
      return { sent: [...sent], browsers: [...browsers] };
    },

    /** Files of the closed browser's profile that hold this text, in any of the ways that a browser writes text. @param {string} text @returns {Promise<string[]>} */
    async remains(text) {
      const forms = [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le'), Buffer.from(Buffer.from(text, 'utf16le')).swap16()];
      const found = [];
      for (const entry of await readdir(profile, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath ?? entry.path, entry.name), bytes = await readFile(path);
        if (path.includes(text) || forms.some((form) => bytes.includes(form))) found.push(relative(profile, path));
      }
      return found;
    },

    async stop() {
      proxy.closeAllConnections();
      proxy.close();
      datagrams.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
