// Debian's Firefox, driven by its own protocol (WebDriver BiDi): playwright speaks a later one than this Firefox, and needs no more than this.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Node has none before version 22; playwright brings one. @type {typeof WebSocket} */
const Socket = globalThis.WebSocket ?? createRequire(import.meta.url)('playwright-core/lib/utilsBundle').ws;

/** A browser that asks for nothing of itself. */
const PREFERENCES = {
  'app.normandy.enabled': false, 'app.update.disabledForTesting': true, 'browser.aboutwelcome.enabled': false, 'browser.newtabpage.enabled': false,
  'browser.safebrowsing.malware.enabled': false, 'browser.safebrowsing.phishing.enabled': false, 'browser.safebrowsing.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false, 'browser.startup.homepage': 'about:blank', 'browser.startup.page': 0, 'datareporting.policy.dataSubmissionEnabled': false,
  'dom.push.connection.enabled': false, 'extensions.update.enabled': false, 'intl.accept_languages': 'en-GB', 'intl.locale.requested': 'en-GB',
  'network.captive-portal-service.enabled': false, 'network.connectivity-service.enabled': false, 'services.settings.server': 'data:,', 'toolkit.telemetry.enabled': false,
};

/** Milliseconds that Firefox has for anything, on a slow and busy machine. */
const PATIENCE = 60_000;

/**
 * @typedef {object} Firefox
 * @property {(address: string) => Promise<void>} open opens an address and waits until it is loaded
 * @property {<T>(code: (...given: any[]) => T | Promise<T>, ...given: any[]) => Promise<T>} evaluate runs a function in the page; what it is given and gives is JSON
 * @property {(code: (...given: any[]) => unknown, ...given: any[]) => Promise<void>} until waits until a function in the page gives something true
 * @property {(find: () => Element, ...paths: string[]) => Promise<void>} setFiles chooses files in the input that `find` gives
 * @property {(ending: string) => Promise<{name: string, bytes: Buffer, path: string}>} saved waits for a file that the page has handed out, by the end of its name
 * @property {string[]} unexpected errors and warnings, of the page and of its policy
 * @property {string[]} requests addresses that were asked for, blob: and data: not among them
 */

/** Runs `use` in a Firefox with a profile of its own. @param {(firefox: Firefox) => Promise<void>} use */
export async function withFirefox(use) {
  const profile = await mkdtemp(join(tmpdir(), 'riskset-firefox-')), downloads = join(profile, 'downloads');
  await mkdir(downloads);
  /** What is saved goes to a folder without a question. */
  const saving = { 'browser.download.folderList': 2, 'browser.download.dir': downloads, 'browser.download.useDownloadDir': true, 'browser.download.always_ask_before_handling_new_types': false, 'browser.download.alwaysOpenPanel': false, 'browser.download.open_pdf_attachments_inline': false, 'pdfjs.disabled': true };
  await writeFile(join(profile, 'user.js'), Object.entries({ ...PREFERENCES, ...saving }).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join(''));
  const browser = spawn(process.env.RISKSET_FIREFOX || 'firefox-esr', ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port=0'], {
    stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, MOZ_CRASHREPORTER_DISABLE: '1' },
  });
  const ended = once(browser, 'exit');
  try {
    const socket = new Socket(`${await address(browser)}/session`);
    await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = () => reject(new Error('Firefox did not answer')); });
    await use(await session(socket, downloads));
  } finally {
    browser.kill();
    await ended;
    await rm(profile, { recursive: true, force: true });
  }
}

/** Where Firefox listens: it says so on its standard error. @param {import('node:child_process').ChildProcess} browser @returns {Promise<string>} */
function address(browser) {
  return new Promise((resolve, reject) => {
    let said = '';
    const alarm = setTimeout(() => reject(new Error(`Firefox did not start: ${said}`)), PATIENCE);
    browser.on('error', reject);
    browser.on('exit', () => reject(new Error(`Firefox ended: ${said}`)));
    browser.stderr?.on('data', (/** @type {Buffer} */ data) => {
      said += data;
      const found = /WebDriver BiDi listening on (ws:\S+)/.exec(said);
      if (found) {
        clearTimeout(alarm);
        resolve(found[1]);
      }
    });
  });
}

/** The file in `folder` whose name ends so, once all of it is there. @param {string} folder @param {string} ending */
async function savedIn(folder, ending) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await new Promise((resolve) => { setTimeout(resolve, 50); })) {
    const names = await readdir(folder);
    // While it is written another one stands beside it, and it is empty.
    const name = names.some((one) => one.endsWith('.part')) ? undefined : names.find((one) => one.endsWith(ending));
    if (name === undefined) continue;
    const path = join(folder, name), bytes = await readFile(path);
    if (bytes.length > 0) return { name, bytes, path };
  }
  throw new Error(`Firefox saved nothing that ends with ${ending}: ${await readdir(folder)}`);
}

/** @param {WebSocket} socket @param {string} downloads @returns {Promise<Firefox>} */
async function session(socket, downloads) {
  /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
  const waiting = new Map();
  /** @type {string[]} */
  const unexpected = [], /** @type {string[]} */ requests = [];
  let last = 0;

  /** @type {Record<string, (params: any) => void>} */
  const heard = {
    'log.entryAdded': ({ level, text }) => { if (['error', 'warn'].includes(level)) unexpected.push(`${level}: ${text}`); },
    'network.beforeRequestSent': ({ request }) => { if (!/^(blob|data|about|resource|chrome|moz-extension):/.test(request.url)) requests.push(request.url); },
  };
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data));
    if (message.type === 'event') heard[message.method]?.(message.params);
    else if (message.type === 'success') waiting.get(message.id)?.resolve(message.result);
    else waiting.get(message.id)?.reject(new Error(`${message.error}: ${message.message}`));
  };
  /** @param {string} method @param {object} params @returns {Promise<any>} */
  const send = (method, params) => new Promise((resolve, reject) => {
    last += 1;
    waiting.set(last, { resolve, reject });
    socket.send(JSON.stringify({ id: last, method, params }));
  });

  await send('session.new', { capabilities: {} });
  await send('session.subscribe', { events: Object.keys(heard) });
  const { contexts } = await send('browsingContext.getTree', {});
  const { context } = contexts[0];
  // A violation of the policy is no entry of the log: it is made one.
  await send('script.addPreloadScript', {
    functionDeclaration: `() => addEventListener('securitypolicyviolation', (event) => console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))`,
  });

  /** @param {Function} code @param {unknown[]} given @param {boolean} asJson */
  async function call(code, given, asJson) {
    const text = asJson ? `async (...given) => JSON.stringify(await (${code})(...given.map((one) => JSON.parse(one))))` : String(code);
    const { type, result, exceptionDetails } = await send('script.callFunction', {
      functionDeclaration: text, awaitPromise: true, target: { context }, arguments: given.map((one) => ({ type: 'string', value: JSON.stringify(one) })),
    });
    if (type === 'exception') throw new Error(exceptionDetails.text);
    return result;
  }
  /** @type {Firefox["evaluate"]} */
  const evaluate = async (code, ...given) => {
    const { value } = await call(code, given, true);
    return value === undefined ? undefined : JSON.parse(value);
  };
  return {
    unexpected, requests, evaluate,
    saved: (ending) => savedIn(downloads, ending),
    open: (url) => send('browsingContext.navigate', { context, url, wait: 'complete' }),
    async until(code, ...given) {
      for (const end = Date.now() + PATIENCE; !await evaluate(code, ...given); await new Promise((resolve) => { setTimeout(resolve, 50); })) {
        if (Date.now() > end) throw new Error(`Firefox waited in vain for ${code}; it said ${JSON.stringify(unexpected)}`);
      }
    },
    async setFiles(find, ...paths) {
      const { sharedId } = await call(find, [], false);
      await send('input.setFiles', { context, element: { sharedId }, files: paths });
    },
  };
}
