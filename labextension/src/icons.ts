/** Our own icons, drawn in the colours of the theme. */

import { LabIcon } from '@jupyterlab/ui-components';

/** Two columns with an equals sign between them. */
export const compareIcon = new LabIcon({
  name: 'hipwright:compare',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path d="M3 4h6v16H3zm1.5 1.5v13h3v-13zM15 4h6v16h-6zm1.5 1.5v13h3v-13z"/>
    <path d="M10.2 10h3.6v1.4h-3.6zm0 2.6h3.6V14h-3.6z"/>
  </g>
</svg>`
});

/** A tick over a wavy line. */
export const fixIcon = new LabIcon({
  name: 'hipwright:fix',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path d="M9.6 15.2 4.9 10.5l1.5-1.5 3.2 3.2L17.9 4l1.5 1.5z"/>
    <path d="M3 18.2c1.5-1.6 3-1.6 4.5 0s3 1.6 4.5 0 3-1.6 4.5 0 3 1.6 4.5 0v2.1c-1.5 1.6-3 1.6-4.5 0s-3-1.6-4.5 0-3 1.6-4.5 0-3-1.6-4.5 0z"/>
  </g>
</svg>`
});
