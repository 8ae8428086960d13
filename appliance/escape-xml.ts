/** Text as it may stand in an SVG document; controls, which XML does not allow, are left out. */
export function escapeXml(text: string): string {
  const entities: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };
  return [...text.toWellFormed()]
    .filter((character) => character >= ' ')
    .map((character) => entities[character] ?? character)
    .join('');
}
