import { ConfigError, ProtocolError } from '../../protocol/errors.ts';
import {
  type Candidate,
  type Discovery,
  MAX_CANDIDATES,
  type Origin,
  type SourceReport,
} from './candidate.ts';

/** What a source has; `nothing` says why when there are no candidates. */
export interface Answer {
  readonly candidates: readonly Candidate[];
  readonly nothing: string;
}

/** One place that may name servers. */
export interface Source {
  readonly origin: Origin;
  /** Bounded in time. @throws ConfigError or ProtocolError when what is there is wrong */
  find(): Promise<Answer>;
}

/** Asks one source after the other until one names a server. Never rejects for what a source says. */
export async function discover(sources: readonly Source[]): Promise<Discovery> {
  const reports: SourceReport[] = [];
  for (const source of sources) {
    const { candidates, report } = await ask(source);
    reports.push(report);
    if (candidates.length > 0) return { candidates, reports };
  }
  return { candidates: [], reports };
}

async function ask({
  origin,
  find,
}: Source): Promise<{ candidates: readonly Candidate[]; report: SourceReport }> {
  try {
    const { candidates: all, nothing } = await find();
    const candidates = all.slice(0, MAX_CANDIDATES);
    const [first] = candidates;
    if (!first) return { candidates, report: { origin, outcome: 'nothing', detail: nothing } };
    return { candidates, report: { origin, outcome: 'found', detail: first.from } };
  } catch (error) {
    // What is wrong in one place must not keep the others from being asked.
    if (!(error instanceof ConfigError || error instanceof ProtocolError)) throw error;
    return { candidates: [], report: { origin, outcome: 'refused', detail: error.message } };
  }
}
