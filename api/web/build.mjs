// node build.mjs FOLDER: bundle src/tenure.js into FOLDER, with the licences of all that is in it.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const folder = process.argv[2];
const { metafile } = await build({
  entryPoints: ["src/tenure.js"],
  outdir: folder,
  bundle: true,
  format: "esm",
  splitting: true,
  minify: true,
  target: "es2022",
  charset: "utf8",
  chunkNames: "[name]-[hash]",
  legalComments: "none", // their texts are in licences.txt
  metafile: true,
});

const packages = new Set();
for (const input of Object.keys(metafile.inputs)) {
  const found = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
  if (found) packages.add(found[1]);
}
const texts = [...packages].sort().map((name) => {
  const home = join("node_modules", name);
  const about = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  const file = readdirSync(home).find((one) => /^licen[cs]e(\.md|\.txt)?$/i.test(one));
  if (!file || !existsSync(join(home, file))) throw new Error(`${name} has no text of its licence`);
  return `${name} ${about.version} (${about.license})\n\n${readFileSync(join(home, file), "utf8").trim()}\n`;
});
writeFileSync(join(folder, "licences.txt"), texts.join(`\n${"-".repeat(80)}\n\n`));
