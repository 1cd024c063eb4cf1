/**
 * hipwright in JupyterLab and Notebook: findings and fixes where CUDA is written, and the comparison
 * of a program with its port.
 */

import { comparisonPlugin } from './compare/plugin';
import { findingsPlugin } from './plugin';

export default [findingsPlugin, comparisonPlugin];
