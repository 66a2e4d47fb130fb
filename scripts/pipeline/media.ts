/** `application/json`, also with parameters, and everything that ends in `+json`. */
export function isJson(media: string): boolean {
  return /^application\/([\w.-]+\+)?json(;|$)/i.test(media);
}
