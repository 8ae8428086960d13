/** Widths in ems of a sans-serif bold enough for all we draw; the drawing tells none before it is done. */
function widthOf(character: string): number {
  if (/[\s.,:;'!|iljIft()[\]]/.test(character)) return 0.4;
  if (/[mwMW@%]/.test(character)) return 1;
  if (/[A-Z]/.test(character)) return 0.76;
  if (/[0-9]/.test(character)) return 0.64;
  // Beyond the Latin, Greek and Cyrillic letters many are as wide as high.
  return (character.codePointAt(0) as number) > 0x1100 ? 1.05 : 0.68;
}

const measure = (text: string): number =>
  Array.from(text).reduce((sum, character) => sum + widthOf(character), 0);

/**
 * Breaks a text into lines.
 * @param wideEm room for a line in ems of its font
 * @param most lines; what does not fit ends in an ellipsis
 */
export function wrapLines(text: string, wideEm: number, most: number): string[] {
  const lines = balanced(text, wideEm);
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), `${lines[most - 1]}…`];
}

/** Breaks a text into lines that are as long as they may be. @param wideEm room in ems of the font */
export function breakLines(text: string, wideEm: number, most: number): string[] {
  const lines = broken(text, wideEm);
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), `${lines[most - 1]}…`];
}

/** The narrowest lines that are no more: a last line of one word looks forgotten. */
function balanced(text: string, wideEm: number): string[] {
  const widest = broken(text, wideEm);
  for (const part of [0.55, 0.65, 0.75, 0.85, 0.95]) {
    const narrower = broken(text, wideEm * part);
    if (narrower.length === widest.length) return narrower;
  }
  return widest;
}

function broken(text: string, wideEm: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((word) => pieces(word, wideEm))) {
    const longer = line ? `${line} ${word}` : word;
    if (measure(longer) <= wideEm || !line) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  if (line) lines.push(line);
  return lines;
}

/** A word that fits no line, such as a path, is cut. */
function pieces(word: string, wideEm: number): string[] {
  if (measure(word) <= wideEm) return [word];
  const parts: string[] = [];
  let part = '';
  for (const character of word) {
    if (part && measure(part + character) > wideEm) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return [...parts, part];
}
