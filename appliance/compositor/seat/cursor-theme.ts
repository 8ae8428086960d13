import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cursorFileNames } from './cursor-names.ts';
import { drawFallbackCursor } from './fallback-cursor.ts';
import { type CursorImage, parseXcursor, XcursorError } from './xcursor.ts';

/** An animated cursor of the largest size is about 4 MB. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;
/** Themes inherit from themes, and nothing forbids a circle. */
const INHERIT_DEPTH_MAX = 8;
const CACHED_MAX = 64;
const THEME_NAME = /^[\w.+-][\w .+-]*$/;

export interface CursorThemeOptions {
  name?: string;
  /** Pixels at scale 1. */
  size?: number;
  /** Folders that hold themes, best first. */
  folders?: readonly string[];
}

/** Cursor pictures from the Xcursor themes of this system; an arrow of our own where there is none. */
export class CursorTheme {
  readonly size: number;
  readonly #name: string;
  readonly #folders: readonly string[];
  readonly #cache = new Map<string, CursorImage>();

  constructor(options: CursorThemeOptions = {}) {
    this.size = options.size ?? 24;
    this.#name = options.name ?? 'Adwaita';
    this.#folders = options.folders ?? defaultFolders();
  }

  /** @param shape a CSS cursor name @param scale120 120 is a scale of 1 */
  image(shape: string, scale120: number): CursorImage {
    const size = Math.round((this.size * scale120) / 120);
    const key = `${shape} ${size}`;
    const cached = this.#cache.get(key);
    if (cached) return cached;
    const image = this.#load(shape, size) ?? drawFallbackCursor(size);
    if (this.#cache.size >= CACHED_MAX) this.#cache.clear();
    this.#cache.set(key, image);
    return image;
  }

  #load(shape: string, size: number): CursorImage | null {
    const themes = this.#themes();
    for (const file of cursorFileNames(shape)) {
      for (const theme of themes) {
        const image = readCursor(join(theme, 'cursors', file), size);
        if (image) return image;
      }
    }
    return null;
  }

  /** Folders of the theme and of what it inherits, best first. */
  #themes(): string[] {
    const found: string[] = [];
    let names = [this.#name, 'default'];
    const seen = new Set<string>();
    for (let depth = 0; depth < INHERIT_DEPTH_MAX && names.length > 0; depth++) {
      const next: string[] = [];
      for (const name of names) {
        if (seen.has(name) || !THEME_NAME.test(name)) continue;
        seen.add(name);
        for (const folder of this.#folders) {
          const theme = join(folder, name);
          found.push(theme);
          next.push(...inherited(join(theme, 'index.theme')));
        }
      }
      names = next;
    }
    return found;
  }
}

function defaultFolders(): string[] {
  return [
    join(homedir(), '.local/share/icons'),
    join(homedir(), '.icons'),
    '/usr/local/share/icons',
    '/usr/share/icons',
  ];
}

function inherited(indexFile: string): string[] {
  const bytes = readBounded(indexFile);
  const line = bytes && /^Inherits\s*=(.*)$/m.exec(Buffer.from(bytes).toString('utf8'));
  return line?.[1] ? line[1].split(/[,;]/).map((name) => name.trim()) : [];
}

/** null where there is no such file, or none that can be used: the next theme may have a better one. */
function readCursor(path: string, size: number): CursorImage | null {
  const bytes = readBounded(path);
  if (!bytes) return null;
  try {
    return parseXcursor(bytes, size);
  } catch (error) {
    if (error instanceof XcursorError) return null;
    throw error;
  }
}

function readBounded(path: string): Uint8Array | null {
  try {
    const stat = statSync(path);
    return stat.isFile() && stat.size <= FILE_BYTES_MAX ? readFileSync(path) : null;
  } catch {
    return null;
  }
}
