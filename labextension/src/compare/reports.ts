/** What the device saw go wrong, and what a port still needs. */

import { element, isWebAddress, prose } from '../dom';
import { capital, dimensions, plural, ranges } from './format';
import type { Report, Side } from './model';
import { placeLink } from './parts';
import type { ShowPlace } from './source';

export function reportsView(sides: readonly Side[], show: ShowPlace): HTMLElement {
  return element(
    'div',
    { class: 'hipwright-cards' },
    sides
      .filter(({ reports }) => reports.length > 0)
      .map(side =>
        element(
          'section',
          {},
          element(
            'h4',
            {},
            `${capital(side.label)}: ${plural(side.reportsTotal ?? side.reports.length, 'report')}`
          ),
          side.reports.map(report => reportCard(side, report, show))
        )
      )
  );
}

function reportCard(side: Side, report: Report, show: ShowPlace): HTMLElement {
  const facts = [
    report.kernel !== '' && `kernel ${report.kernel}`,
    report.block !== null && `block (${report.block.join(', ')})`,
    report.thread !== null && `thread (${report.thread.join(', ')})`,
    report.lanes.length > 0 && `lanes ${ranges(report.lanes)}`
  ].filter(fact => fact !== false);
  return element(
    'div',
    { class: 'hipwright-card' },
    element('div', {}, prose(report.message)),
    report.lanes.length > 0 && laneRow(report.lanes, side.warpSize ?? 64),
    element(
      'div',
      { class: 'hipwright-card-facts' },
      placeLink(side, report, show),
      facts.map(fact => element('span', {}, fact))
    )
  );
}

/** The lanes of a warp in a row, those that the report names filled. */
function laneRow(lanes: readonly number[], size: number): HTMLElement {
  const named = new Set(lanes);
  return element(
    'div',
    {
      class: 'hipwright-lanes',
      role: 'img',
      'aria-label': `Lanes ${ranges(lanes)} of ${dimensions([size])}`
    },
    Array.from({ length: size }, (_, lane) =>
      element('span', { class: named.has(lane) ? 'hipwright-lane-named' : undefined })
    )
  );
}

export function findingsView(sides: readonly Side[], show: ShowPlace): HTMLElement {
  return element(
    'div',
    { class: 'hipwright-cards' },
    sides
      .filter(({ findings }) => findings.length > 0)
      .map(side =>
        element(
          'section',
          {},
          element('h4', {}, `${capital(side.label)}: what is left for you to decide`),
          side.findings.map(finding =>
            element(
              'div',
              { class: 'hipwright-card', 'data-severity': finding.severity },
              element('div', {}, prose(finding.message)),
              element(
                'div',
                { class: 'hipwright-card-facts' },
                placeLink(side, finding, show),
                isWebAddress(finding.url)
                  ? element(
                      'a',
                      { href: finding.url, target: '_blank', rel: 'noopener noreferrer' },
                      finding.code
                    )
                  : element('span', {}, finding.code)
              )
            )
          )
        )
      )
  );
}
