// Removes what an earlier build left, so that a release holds nothing stale.

import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const extension = dirname(dirname(fileURLToPath(import.meta.url)));
rmSync(join(extension, 'lib'), { recursive: true, force: true });
