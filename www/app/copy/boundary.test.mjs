// Only two folders can ask for anything: this one, for the page's own files, and engine/, for the second wasm. One file more names the ways
// out: it reads what is stored, and tries those ways under a policy that refuses them.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const app = join(dirname(fileURLToPath(import.meta.url)), '..');
const code = (/** @type {string} */ text) => text.replace(/\/\*[^]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
/** What makes a request, or keeps something in the browser. */
const ASKS = /\b(fetch|XMLHttpRequest|WebSocket|WebTransport|EventSource|sendBeacon|importScripts|serviceWorker|caches|localStorage|sessionStorage|indexedDB|cookie|cookieStore|RTCPeerConnection)\b|\bimport\s*\(/;

/** What the page says of its own silence. */
const WATCH = join('proof', 'watch.mjs');

test('no other file names what makes a request or keeps something', () => {
  const names = readdirSync(app, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.mjs$/.test(name) && !/\.test\.mjs$/.test(name) && !/^(engine|copy)$/.test(name.split(sep)[0]) && name !== WATCH);
  assert.ok(names.length > 50);
  for (const name of names) assert.doesNotMatch(code(readFileSync(join(app, name), 'utf8')), ASKS, name);
});

test('the one that reads what is stored writes nothing, and what it tries reaches nobody', () => {
  const text = code(readFileSync(join(app, WATCH), 'utf8'));
  assert.doesNotMatch(text, /setItem|\.(put|open|write\w*|clear|delete\w*)\(|cookie\s*=[^>]|create:/);
  for (const [address] of text.matchAll(/\w+:\/\/[^"'`]*/g)) assert.match(address, /^\w+:\/\/nobody\.invalid\//);
});

test('of this folder, the service worker alone fetches and keeps', () => {
  for (const name of ['keep.mjs', 'copy.mjs', 'ask.mjs']) assert.doesNotMatch(code(readFileSync(join(app, 'copy', name), 'utf8')), /\b(fetch|caches|localStorage|indexedDB)\b/, name);
  assert.match('await fetch("x")', ASKS);
});

test('one file names the store of the tab, and none a store that outlives it, but for the service worker', () => {
  for (const name of readdirSync(join(app, 'copy')).filter((file) => /\.mjs$/.test(file) && !/\.test\.mjs$/.test(file))) {
    const text = code(readFileSync(join(app, 'copy', name), 'utf8'));
    assert.equal(/\bsessionStorage\b/.test(text), name === 'tab.mjs', name);
    assert.doesNotMatch(text, /\b(localStorage|indexedDB|cookie|cookieStore)\b/, name);
  }
});
