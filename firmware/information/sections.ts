import { shortFingerprint } from '../../protocol/short-fingerprint.ts';
import { addressOf, ORIGIN_NAMES } from '../discovery/candidate.ts';
import type { NetworkInterface } from '../discovery/network.ts';
import { type PageSection, plain, type Row } from '../screens/page.ts';
import type { Facts } from './facts.ts';

/** Of each kind; how many more there are is said. */
const MOST = 4;
const MOST_PROBLEMS = 3;
const MAX_WORDS = 400;

/** The words of the information page. */
export function sectionsOf(facts: Facts): PageSection[] {
  const sections: PageSection[] = [
    { title: 'Terminal', rows: terminalRows(facts) },
    { title: 'Network', rows: limited(facts.network.interfaces.map(interfaceRow)) },
    { title: 'Server', rows: serverRows(facts) },
    { title: 'Where servers were looked for', rows: searchRows(facts) },
    { title: 'Devices', rows: deviceRows(facts) },
    { title: 'Last pages (UTC)', rows: pageRows(facts) },
  ];
  if (facts.problems.length > 0)
    sections.push({
      title: 'Problems',
      rows: limited(
        facts.problems.map((problem): Row => ['', problem]),
        MOST_PROBLEMS,
      ),
    });
  return sections.map(({ title, rows }) => ({
    title,
    rows: rows.length > 0 ? rows.map(printable) : [['', 'none']],
  }));
}

/** Names of devices and words off a network may be anything. */
const printable = ([label, value]: Row): Row => [plain(label, MAX_WORDS), plain(value, MAX_WORDS)];

function terminalRows({ name, version, fingerprint, enrolment, ...facts }: Facts): Row[] {
  const clock = `${time(facts.nowMs, true)}${facts.clockWrong ? ', which is wrong' : ''}`;
  const rows: Row[] = [
    ['Name', name],
    ['Software', `wrclient ${version}`],
    ['Fingerprint', fingerprint ? shortFingerprint(fingerprint) : 'none'],
    ['Clock', clock],
  ];
  return enrolment ? [...rows, ['Code', `${enrolment.slice(0, 4)}-…`]] : rows;
}

function interfaceRow({ name, link, addresses }: NetworkInterface): Row {
  if (!link) return [name, 'no link'];
  return [name, addresses.length > 0 ? addresses.slice(0, MOST).join(', ') : 'link, no address'];
}

function serverRows({ server, serverFingerprint, connected, failure, found }: Facts): Row[] {
  const tried = server ?? found?.candidates[0];
  const rows: Row[] = [['State', connected ? 'connected' : (failure ?? 'connecting')]];
  if (!tried) return rows;
  rows.push(
    ['Address', addressOf(tried)],
    ['Known from', `${ORIGIN_NAMES[tried.origin]}: ${tried.from}`],
  );
  const fingerprint = serverFingerprint ?? tried.pin;
  return fingerprint ? [...rows, ['Fingerprint', shortFingerprint(fingerprint)]] : rows;
}

const searchRows = ({ found }: Facts): Row[] =>
  (found?.reports ?? []).map(
    ({ origin, outcome, detail }): Row => [
      ORIGIN_NAMES[origin],
      outcome === 'refused'
        ? `wrong: ${detail}`
        : outcome === 'found'
          ? `found: ${detail}`
          : detail,
    ],
  );

function deviceRows({ outputs, devices, readers }: Facts): Row[] {
  const monitors = outputs.map(({ name, make, model, widthPx, heightPx, scale120 }) => {
    const scale = scale120 === 120 ? '' : `, scale ${Math.round((scale120 / 120) * 100) / 100}`;
    return `${[name, make, model].filter(Boolean).join(' ')}, ${widthPx} x ${heightPx}${scale}`;
  });
  return [
    ...listed('Monitor', monitors),
    ...(devices ? listed('Input', devices) : []),
    ...listed('Reader', readers),
  ];
}

const pageRows = ({ pages }: Facts): Row[] =>
  pages.map(({ atMs, code, headline }): Row => [time(atMs, false), `${code}  ${headline}`]);

function listed(label: string, names: readonly string[]): Row[] {
  if (names.length === 0) return [[label, 'none']];
  return limited(names.map((name): Row => [label, name]));
}

function limited(rows: readonly Row[], most = MOST): Row[] {
  if (rows.length <= most) return [...rows];
  return [...rows.slice(0, most), ['', `and ${rows.length - most} more`]];
}

function time(ms: number, withDay: boolean): string {
  const [day, clock = ''] = new Date(ms).toISOString().split('T');
  const hour = clock.slice(0, 8);
  return withDay ? `${day} ${hour} UTC` : hour;
}
