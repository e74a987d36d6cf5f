// Archives with the same bytes for the same files, whoever makes them: entries in the order of their names, one time for all, no owner, the
// same modes. Both formats are written to their published descriptions: POSIX.1-1988 ustar, and PKWARE's APPNOTE 2.0.
import { deflateRawSync, gzipSync } from 'node:zlib';
import { crc } from '../www/app/files/png.mjs';

/** A file of an archive: its path with `/` between folders, and its bytes. @typedef {{name: string, content: Buffer}} Entry */

/** In the order of their names by code unit, which is nobody's language. @param {Entry[]} entries */
const sorted = (entries) => [...entries].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));

/**
 * A gzipped tar archive.
 * @param {Entry[]} entries @param {Date} time of every entry
 */
export function tarGz(entries, time) {
  const blocks = sorted(entries).flatMap(({ name, content }) => {
    if (Buffer.byteLength(name) > 100) throw new Error(`${name}: the path is too long for this archive`);
    const head = Buffer.alloc(512);
    /** @param {number} at @param {number} length @param {number} value in octal, with a zero byte after it */
    const octal = (at, length, value) => head.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at);
    head.write(name, 0);
    octal(100, 8, 0o644);
    octal(108, 8, 0); // owner
    octal(116, 8, 0); // group
    octal(124, 12, content.length);
    octal(136, 12, Math.floor(time.getTime() / 1000));
    head.write('        ', 148); // the checksum is taken with spaces in its place
    head.write('0', 156); // a file
    head.write('ustar\x0000', 257);
    head.write(`${head.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148);
    return [head, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]), { level: 9 });
}

/**
 * A ZIP archive.
 * @param {Entry[]} entries @param {Date} time of every entry, in UTC, to two seconds
 */
export function zip(entries, time) {
  const clock = (time.getUTCHours() << 11) | (time.getUTCMinutes() << 5) | (time.getUTCSeconds() >> 1);
  const day = ((time.getUTCFullYear() - 1980) << 9) | ((time.getUTCMonth() + 1) << 5) | time.getUTCDate();
  /** @type {Buffer[]} */
  const files = [];
  /** @type {Buffer[]} */
  const directory = [];
  let offset = 0;
  for (const { name, content } of sorted(entries)) {
    const path = Buffer.from(name), packed = deflateRawSync(content, { level: 9 });
    // Version 2.0, names in UTF-8, deflated, time, checksum, sizes, length of the name, nothing extra.
    const common = Buffer.alloc(26);
    [20, 0x800, 8, clock, day].forEach((value, i) => common.writeUInt16LE(value, 2 * i));
    [crc(content), packed.length, content.length].forEach((value, i) => common.writeUInt32LE(value, 10 + 4 * i));
    common.writeUInt16LE(path.length, 22);
    const end = Buffer.alloc(14);
    end.writeUInt32LE((0o100644 << 16) >>> 0, 6); // a file, its mode
    end.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), common, end, path); // made by version 2.0, modes as Unix has them
    const local = [Buffer.from('PK\x03\x04'), common, path, packed];
    files.push(...local);
    offset += local.reduce((sum, part) => sum + part.length, 0);
  }
  const index = Buffer.concat(directory), end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, index, end]);
}
