import { correct } from "../effective.ts";
import { SpecError } from "../error.ts";
import { child, copyObject } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { lintIds, lintSecurity } from "../lint/document.ts";
import { lintExchanges } from "../lint/exchanges.ts";
import { readModel, readOperation } from "../model.ts";
import { correctRequest, correctResponses } from "./bodies.ts";
import { Draft, toPlain } from "./draft.ts";
import { Exchanges, loosenAlternatives } from "./exchanges.ts";
import { nameFields } from "./fields.ts";
import { nameOperations, placesOf } from "./operations.ts";
import type { Place } from "./operations.ts";
import { correctParameters } from "./parameters.ts";
import { correctSchemaExamples, correctSchemas } from "./schemas.ts";
import { correctSecurity } from "./security.ts";
import { correctServers } from "./servers.ts";
import { alignShapes, markExact, markFigures } from "./types.ts";
import { checkReferences } from "../references.ts";
import { answersOf, bodiesOf, bodyShapesOf, shapesOf } from "../emit/shapes.ts";
import { sliceDocument, usersOf } from "../slice.ts";

/** What has to be corrected in a vendor's document. */
export interface Proposal {
  /** The text of overlay.yaml; undefined where nothing has to be corrected. */
  readonly overlay: string | undefined;
  /** What was decided for want of knowledge and a person has to look at, one sentence each, plain text. */
  readonly notes: readonly string[];
}

export interface ProposalOptions {
  /** The provider's id. */
  readonly provider: string;
  /** `METHOD /path` of each operation that is wanted; all, unless given. */
  readonly operations?: readonly string[];
}

/**
 * An overlay that makes a vendor's document one that generates, lints and has an exchange for every status. The same
 * document gives the same text. An operation that no client can have is left out, unless it was asked for by name.
 *
 * @throws SpecError for a document that cannot be corrected, and for an operation that was asked for and cannot be had
 */
export function proposeOverlay(document: JsonObject, { provider, operations }: ProposalOptions): Proposal {
  checkReferences(document);
  const left: string[] = [];
  let wanted = operations;
  for (;;) {
    const draft = new Draft(
      wanted === undefined ? copyObject(document) : sliceDocument(document, wanted, provider),
      provider,
    );
    const { kept, refused } = correctDocument(draft);
    if (refused.size === 0) {
      const outcome = check(document, draft, wanted);
      if (outcome === undefined)
        return { overlay: draft.toText(wanted), notes: [...left.map(toPlain), ...draft.notes] };
      // What no step has foreseen: it is left out with everything that needs it.
      for (const key of usersOf(draft.document, outcome.pointer)) {
        const place = kept.find((each) => each.key === key);
        if (place !== undefined) refused.set(place, outcome);
      }
      if (refused.size === 0) throw outcome;
    }
    const rest = kept.filter((place) => !refused.has(place));
    for (const [place, error] of refused) {
      if (operations !== undefined || rest.length === 0)
        throw new SpecError(error.kind, error.pointer, `${toPlain(place.key)} cannot be had: ${bare(error)}`, {
          cause: error,
        });
      left.push(`${place.key} is left out: ${bare(error)}`);
    }
    wanted = rest.map(({ key }) => key);
  }
}

function bare({ message, pointer }: SpecError): string {
  return pointer === "" ? message : message.slice(pointer.length + 2);
}

interface Corrected {
  readonly kept: readonly Place[];
  readonly refused: Map<Place, SpecError>;
}

function correctDocument(draft: Draft): Corrected {
  const { document } = draft;
  const places = placesOf(document);
  const refused = new Map<Place, SpecError>();
  const refuse = (place: Place, error: SpecError) => refused.set(place, refused.get(place) ?? error);
  const kept = () => places.filter((place) => !refused.has(place));
  const each = (correct: (place: Place) => void) => {
    for (const place of kept())
      try {
        correct(place);
      } catch (error) {
        if (!(error instanceof SpecError)) throw error;
        refuse(place, error);
      }
  };
  correctServers(draft);
  nameOperations(draft, places);
  draft.begin("Parameters");
  each((place) => correctParameters(draft, place));
  draft.begin("Bodies and answers");
  each((place) => correctRequest(draft, place));
  each((place) => correctResponses(draft, place));
  correctSchemas(draft);
  markExact(draft);
  alignShapes(draft, kept());
  markFigures(draft, kept());
  correctSchemaExamples(draft);
  loosenAlternatives(draft);
  correctSecurity(draft, kept(), refuse);
  nameFields(draft, kept());
  each(({ path, method, item, node }) => {
    readOperation(document, path, method, item, node, child(child("#/paths", path), method));
  });
  draft.begin("Exchanges");
  const exchanges = new Exchanges(draft);
  each((place) => exchanges.show(place));
  exchanges.finish();
  return { kept: kept(), refused };
}

/** What generation or lint would still refuse, once the overlay is applied. */
function check(document: JsonObject, draft: Draft, operations: readonly string[] | undefined): SpecError | undefined {
  try {
    const overlay = draft.toOverlay(operations);
    const model = readModel(
      draft.provider,
      overlay === undefined ? document : correct(document, overlay, "overlay.yaml"),
    );
    shapesOf(model.document, answersOf(model));
    bodyShapesOf(model.document, bodiesOf(model));
    const [problem] = [...lintSecurity(model), ...lintIds(model), ...lintExchanges(model)];
    return problem === undefined ? undefined : new SpecError("structure", problem.pointer, problem.message);
  } catch (error) {
    if (error instanceof SpecError && error.kind !== "overlay") return error;
    throw error;
  }
}
