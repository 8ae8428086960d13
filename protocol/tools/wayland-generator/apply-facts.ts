import type {
  EnumDefinition,
  Facts,
  InterfaceDefinition,
  MessageDefinition,
  MessageFacts,
} from '../../wayland/facts/definition.ts';

const complete = (facts: MessageFacts): MessageDefinition => ({
  name: facts.name,
  since: facts.since ?? 1,
  args: facts.args ?? [],
  destructor: facts.destructor ?? false,
});

const named = <T extends { name: string }>(list: readonly T[], name: string) =>
  list.find((item) => item.name === name);

function addMessages(known: readonly MessageDefinition[], added: readonly MessageFacts[] = []) {
  const missing = added.filter((facts) => !named(known, facts.name));
  return [...known, ...missing.map(complete)];
}

function enumsOf(facts: Facts): EnumDefinition[] {
  return Object.entries(facts.enums ?? {}).map(([name, entries]) => ({
    name,
    entries: Object.entries(entries).map(([entry, value]) =>
      typeof value === 'number'
        ? { name: entry, value, since: 1 }
        : { name: entry, value: value[0], since: value[1] },
    ),
  }));
}

function addEnums(known: readonly EnumDefinition[], added: readonly EnumDefinition[]) {
  const extended = known.map((item) => {
    const extra = named(added, item.name)?.entries ?? [];
    const missing = extra.filter((entry) => !named(item.entries, entry.name));
    return { ...item, entries: [...item.entries, ...missing] };
  });
  return [...extended, ...added.filter((item) => !named(known, item.name))];
}

function amend(definition: InterfaceDefinition, facts: Facts): InterfaceDefinition {
  const ending = new Set(facts.destructorEvents);
  const events = addMessages(definition.events, facts.events);
  return {
    ...definition,
    requests: addMessages(definition.requests, facts.requests),
    events: events.map((event) => ({
      ...event,
      destructor: event.destructor || ending.has(event.name),
    })),
    enums: addEnums(definition.enums, enumsOf(facts)),
  };
}

/** Adds to a definition what the facts have beyond it; what it already has stays. */
export function applyFacts(
  definition: InterfaceDefinition,
  all: readonly Facts[],
): InterfaceDefinition {
  return all.filter((facts) => facts.interface === definition.name).reduce(amend, definition);
}

/** A definition made of facts alone. */
export function defineFromFacts(facts: Facts): InterfaceDefinition {
  return amend({ name: facts.interface, version: 1, requests: [], events: [], enums: [] }, facts);
}

/** Drops what came after `version`, so that the result does not depend on the age of the source. */
export function atVersion(definition: InterfaceDefinition, version: number): InterfaceDefinition {
  const known = (item: { since: number }) => item.since <= version;
  return {
    ...definition,
    version,
    requests: definition.requests.filter(known),
    events: definition.events.filter(known),
    enums: definition.enums.map((item) => ({ ...item, entries: item.entries.filter(known) })),
  };
}
