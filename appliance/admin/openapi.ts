import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { VERSION } from '../version.ts';

type Document = Record<string, unknown>;

/** How the document of the interface is made out of the routes' schemas. */
export const OPENAPI: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: { title: 'WayRay administration', version: VERSION },
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
    security: [{ key: [] }],
  },
  transform: jsonSchemaTransform,
  transformObject: (given) => withoutUnused(jsonSchemaTransformObject(given) as Document) as never,
};

/** Every model is made in two forms, one for what is sent and one for what is answered; most have one use. */
function withoutUnused(document: Document): Document {
  const components = (document['components'] ?? {}) as Record<string, Document>;
  const schemas = { ...components['schemas'] };
  const used = new Set<string>();
  const follow = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/#\/components\/schemas\/(\w+)/g)) {
      if (used.has(name)) continue;
      used.add(name);
      follow(schemas[name] ?? null);
    }
  };
  follow(document['paths'] ?? {});
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  return { ...document, components: { ...components, schemas: Object.fromEntries(kept) } };
}
