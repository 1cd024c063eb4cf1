/**
 * A comparison on one page: the verdict and its reasons first, then the evidence in tabs.
 */

import { element, prose } from '../dom';
import { arraysView } from './arrays';
import { buildView } from './build';
import { count, sideText } from './format';
import { kernelsView } from './kernels';
import type { Comparison, Pair, Side } from './model';
import { sidesOf } from './model';
import { outputView } from './output';
import { verdictMark } from './parts';
import { findingsView, reportsView } from './reports';
import type { EditorLook, ShowPlace, SourceView } from './source';
import { sourceView } from './source';
import type { Tab } from './tabs';
import { Tabs } from './tabs';

const TITLES: Record<string, string> = {
  agree: 'They agree',
  differ: 'They differ',
  failed: 'No comparison'
};

export interface ComparisonView {
  node: HTMLElement;
  dispose: () => void;
}

export function comparisonView(comparison: Comparison, look: EditorLook): ComparisonView {
  const opened: SourceView[] = [];
  const evidence = element('div', {});
  const open = (pair: Pair): void => {
    opened.splice(0).forEach(view => view.dispose());
    evidence.replaceChildren(...pairEvidence(comparison, pair, look, opened));
  };
  const node = element(
    'article',
    {
      class: 'hipwright-compare',
      'data-verdict': comparison.verdict,
      'aria-label': `Comparison of ${comparison.title}: ${comparison.sentence}`
    },
    banner(comparison),
    comparison.pairs.length > 1 && pairChooser(comparison, open),
    evidence,
    limits(comparison)
  );
  open(comparison.pairs.find(pair => pair.verdict !== 'agree') ?? (comparison.pairs[0] as Pair));
  return { node, dispose: () => opened.splice(0).forEach(view => view.dispose()) };
}

function banner(comparison: Comparison): HTMLElement {
  return element(
    'header',
    { class: 'hipwright-banner' },
    verdictMark(comparison.verdict),
    element(
      'div',
      {},
      element('h3', {}, TITLES[comparison.verdict] ?? comparison.verdict),
      element('p', {}, prose(comparison.sentence)),
      element(
        'ul',
        { class: 'hipwright-sides' },
        comparison.sides.map(side =>
          element('li', {}, element('strong', {}, side.label), ` ${sideText(side)}`)
        )
      )
    )
  );
}

function pairChooser(comparison: Comparison, open: (pair: Pair) => void): HTMLElement {
  const chooser = element(
    'select',
    { class: 'hipwright-select', 'aria-label': 'Which two sides to look at' },
    comparison.pairs.map((pair, index) => {
      const { left, right } = sidesOf(comparison, pair);
      return element(
        'option',
        { value: String(index) },
        `${left.label} and ${right.label}: ${pair.verdict}`
      );
    })
  );
  const worst = comparison.pairs.findIndex(pair => pair.verdict !== 'agree');
  chooser.value = String(Math.max(worst, 0));
  chooser.addEventListener('change', () => {
    const pair = comparison.pairs[Number(chooser.value)];
    if (pair) {
      open(pair);
    }
  });
  return chooser;
}

function pairEvidence(
  comparison: Comparison,
  pair: Pair,
  look: EditorLook,
  opened: SourceView[]
): HTMLElement[] {
  const { left, right } = sidesOf(comparison, pair);
  const sides = [left, right];
  const show: ShowPlace = (side, place) => {
    tabs.selectName('Source');
    // The editors measure themselves once they are seen.
    requestAnimationFrame(() => opened.forEach(view => view.show(side, place)));
  };
  const reports = sum(sides.map(side => side.reportsTotal ?? side.reports.length));
  const findings = sum(sides.map(side => side.findings.length));
  const troubles = sum(sides.map(side => side.diagnostics.length));
  const differing = pair.arrays.filter(({ verdict }) => verdict !== 'agree').length;
  const outputDiffers = pair.output?.verdict === 'differ';
  const built = sides.every(side => side.status !== 'compile-error');

  const all: (Tab | false)[] = [
    {
      name: 'Source',
      content: () => {
        const view = sourceView(left, right, look);
        opened.push(view);
        return view.node;
      }
    },
    pair.arrays.length > 0 && {
      name: 'Arrays',
      badge: differing > 0 ? `${differing} of ${pair.arrays.length}` : count(pair.arrays.length),
      bad: differing > 0,
      content: () => arraysView(pair, left, right, show)
    },
    reports > 0 && {
      name: 'Reports',
      badge: count(reports),
      bad: true,
      content: () => reportsView(sides, show)
    },
    findings > 0 && {
      name: 'Left to do',
      badge: count(findings),
      content: () => findingsView(sides, show)
    },
    (pair.output !== null || sides.some(hasOutput)) && {
      name: 'Output',
      badge: outputDiffers ? count(pair.output?.differingLines ?? 0) : undefined,
      bad: outputDiffers,
      content: () => outputView(pair.output, left, right)
    },
    sides.some(side => side.launches.length + side.resources.length > 0) && {
      name: 'Kernels',
      content: () => kernelsView(pair, left, right, show)
    },
    {
      name: 'Build',
      badge: troubles > 0 ? count(troubles) : undefined,
      bad: !built,
      content: () => buildView(sides, show)
    }
  ];
  // Two sides of one text have no changes to show there.
  const sameText = left.sources.every(({ text }, index) => text === right.sources[index]?.text);
  const first = !built
    ? 'Build'
    : reports > 0
      ? 'Reports'
      : differing > 0
        ? 'Arrays'
        : outputDiffers
          ? 'Output'
          : sameText && pair.arrays.length > 0
            ? 'Arrays'
            : 'Source';
  const tabs = new Tabs(
    all.filter(tab => tab !== false),
    first
  );
  return [checks(pair), tabs.node];
}

function checks(pair: Pair): HTMLElement {
  return element(
    'ul',
    { class: 'hipwright-checks', 'aria-label': 'What was compared' },
    pair.checks.map(check =>
      element('li', {}, verdictMark(check.verdict), element('span', {}, prose(check.sentence)))
    )
  );
}

function hasOutput(side: Side): boolean {
  return side.stdout.text !== '' || side.stderr.text !== '';
}

function limits(comparison: Comparison): HTMLElement | null {
  if (comparison.cannotShow.length === 0) {
    return null;
  }
  return element(
    'footer',
    { class: 'hipwright-limits' },
    element('strong', {}, 'What this run cannot show'),
    element(
      'ul',
      {},
      comparison.cannotShow.map(limit => element('li', {}, prose(limit)))
    )
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
