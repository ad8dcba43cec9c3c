// Builds the stylesheet and copies the script and the licences into the folder named: `node build.mjs built`.
import { mkdirSync, readFileSync, writeFileSync, copyFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as sass from 'sass';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(process.cwd(), process.argv[2] ?? 'built');
const packages = join(here, 'node_modules');
mkdirSync(out, { recursive: true });
const css = sass.compile(join(here, 'app.scss'), {
  style: 'compressed',
  quietDeps: true,
  silenceDeprecations: ['import'],

  loadPaths: [here]
});
// No crown and no picture that is not here.
const styles = css.css.replace(/^\uFEFF/, '').replace(/background-image:[^;}]*url\([^)]*\)[^;}]*/g, 'background-image:none');
writeFileSync(join(out, 'app.css'), styles + '\n');
const script = readFileSync(join(packages, 'govuk-frontend/dist/govuk/govuk-frontend.min.js'), 'utf8');
writeFileSync(join(out, 'govuk-frontend.js'), script.replace(/\n?\/\/# sourceMappingURL=.*\n?$/, '\n'));
for (const name of ['start.js', 'enabled.js', 'mark.svg']) copyFileSync(join(here, name), join(out, name));
