// Makes ../static/ods.css and copies the fonts and licences it needs. By hand, in a copy of this folder outside the
// tree (so that no node_modules appears in it):
//   cp -r idp/design/vendor /tmp/sheet && cd /tmp/sheet && npm install --ignore-scripts
//   DESIGN=/path/to/idp/design npm run make
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { transform } from "lightningcss";
import postcss from "postcss";
import { PurgeCSS } from "purgecss";

const design = process.env.DESIGN ?? "..";
const theme = "node_modules/@ongov/ontario-design-system-global-styles";
const library = "node_modules/@ongov/ontario-design-system-component-library/dist/collection/components";

// The order is the cascade: the theme first, then the components that the pages use.
const components = [
  "ontario-header/ontario-application-header.css",
  "ontario-language-toggle",
  "ontario-footer",
  "ontario-button",
  "ontario-input",
  "ontario-textarea",
  "ontario-dropdown-list",
  "ontario-checkbox",
  "ontario-radio-buttons",
  "ontario-fieldset",
  "ontario-hint-text",
  "ontario-page-alert",
  "ontario-critical-alert",
  "ontario-callout",
  "ontario-step-indicator",
  "ontario-table",
];

const fonts = ["open-sans-400", "open-sans-600", "open-sans-700", "raleway-modified-700"];

function sheets(component) {
  if (component.endsWith(".css")) return [join(library, component)];
  const folder = join(library, component);
  return readdirSync(folder).filter((name) => name.endsWith(".css")).sort().map((name) => join(folder, name));
}

// Only the four faces that are shipped, only as woff2, by the plain name that the build replaces with a hashed one.
function keepShippedFaces(css) {
  return css.replace(/@font-face\s*\{[^}]*\}/g, (face) => {
    const font = fonts.find((name) => face.includes(`/${name}.woff2`));
    if (!font) return "";
    const family = /font-family:\s*([^;]+);/.exec(face)[1];
    const weight = font.slice(-3);
    return `@font-face{font-family:${family};font-style:normal;font-weight:${weight};font-display:swap;` +
      `src:url(${font}.woff2) format("woff2")}`;
  });
}

let joined = readFileSync(join(theme, "dist/styles/css/compiled/ontario-theme.css"), "utf8");
joined = keepShippedFaces(joined);
for (const component of components) {
  for (const sheet of sheets(component)) {
    const css = readFileSync(sheet, "utf8").replace(/@font-face\s*\{[^}]*\}/g, "").replace(/@charset[^;]*;/g, "");
    joined += `\n${css}`;
  }
}
// No data: URIs (the policy is img-src 'self'), no provincial footer graphic.
joined = joined.replace(/url\("data:image\/svg\+xml,%3Csvg[^"]*"\)/g, "url(tick.svg)");
joined = joined.replace(/background-image:\s*(var\(--imagePath,\s*url\(''\)\)|url\(data:[^)]*\))\s*;/g, "");

const classes = readFileSync("classes.txt", "utf8").split("\n").filter((line) => line && !line.startsWith("#"));
const [{ css: purged }] = await new PurgeCSS().purge({
  css: [{ raw: joined }],
  content: [{ raw: classes.join(" "), extension: "txt" }],
  // Exact words only: "ontario-label" must not keep "ontario-label--heading".
  defaultExtractor: (text) => text.split(/\s+/),
  safelist: { standard: [], deep: [], greedy: [] },
  keyframes: true,
  variables: true,
});

const { code } = transform({
  filename: "ods.css",
  code: Buffer.from(dropRepeatedRules(purged)),
  minify: true,
  errorRecovery: true, // the purge leaves a few empty selectors behind
  targets: { chrome: 100 << 16, firefox: 100 << 16, safari: 15 << 16 },
});
const notice = "/*! Derived from @ongov/ontario-design-system-global-styles and -component-library 4.2.0 (Apache-2.0): " +
  "joined, purged, minified. See licences/NOTICE.md */\n";
writeFileSync(join(design, "static/ods.css"), notice + code);
for (const font of fonts) {
  copyFileSync(join(theme, "dist/fonts", font, `${font}.woff2`), join(design, "static", `${font}.woff2`));
}
console.log(`ods.css ${code.length} bytes`);

// Every component sheet repeats the theme's reset and typography word for word, because it stands alone in a shadow
// tree. In one sheet the first is enough, and a later one would wrongly override the components between.
function dropRepeatedRules(css) {
  const root = postcss.parse(css);
  const seen = new Set();
  root.walkComments((comment) => comment.remove());
  root.walkRules((rule) => {
    const around = rule.parent.type === "atrule" ? `@${rule.parent.name} ${rule.parent.params}` : "";
    const key = `${around}{${rule}`.replaceAll("'", '"').replace(/\s+/g, "").toLowerCase();
    if (seen.has(key) || rule.selector.startsWith(":host")) rule.remove();
    seen.add(key);
  });
  return root.toString();
}
