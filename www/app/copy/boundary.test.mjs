// Only two folders can ask for anything: this one, for the page's own files, and engine/, for the second wasm.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const app = join(dirname(fileURLToPath(import.meta.url)), '..');
const code = (/** @type {string} */ text) => text.replace(/\/\*[^]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
/** What makes a request, or keeps something in the browser. */
const ASKS = /\b(fetch|XMLHttpRequest|WebSocket|WebTransport|EventSource|sendBeacon|importScripts|serviceWorker|caches|localStorage|sessionStorage|indexedDB|cookie|cookieStore|RTCPeerConnection)\b|\bimport\s*\(/;

test('no other file names what makes a request or keeps something', () => {
  const names = readdirSync(app, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.mjs$/.test(name) && !/\.test\.mjs$/.test(name) && !/^(engine|copy)$/.test(name.split(sep)[0]));
  assert.ok(names.length > 50);
  for (const name of names) assert.doesNotMatch(code(readFileSync(join(app, name), 'utf8')), ASKS, name);
});

test('of this folder, the service worker alone fetches and keeps', () => {
  for (const name of ['keep.mjs', 'copy.mjs', 'ask.mjs']) assert.doesNotMatch(code(readFileSync(join(app, 'copy', name), 'utf8')), /\b(fetch|caches|localStorage|indexedDB)\b/, name);
  assert.match('await fetch("x")', ASKS);
});
