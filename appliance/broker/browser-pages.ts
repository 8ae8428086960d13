/** Pages in words, for a browser that does not get the terminal. */
export function wordsPage(headline: string, detail: string): Buffer {
  return Buffer.from(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${headline} - WayRay</title>
<link rel="stylesheet" href="/terminal.css">
<link rel="icon" href="/icon.svg">
</head>
<body>
<main id="notice">
<h1>${headline}</h1>
<p>${detail}</p>
</main>
</body>
</html>
`);
}
