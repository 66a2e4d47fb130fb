/** Whether a media type is `application/json`, also with parameters. */
export function isPlainJson(media: string): boolean {
  return /^application\/json(;|$)/i.test(media);
}

/** `application/json`, also with parameters, and everything that ends in `+json`. */
export function isJson(media: string): boolean {
  return /^application\/([\w.-]+\+)?json(;|$)/i.test(media);
}

/** The media type that is read or sent, of those of one body: `application/json` before any other JSON. */
export function jsonAmong(media: readonly string[]): string | undefined {
  return media.find(isPlainJson) ?? media.find(isJson);
}
