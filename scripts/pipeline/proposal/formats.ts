/** A text of each format that has a form of its own, and the form. Other formats are any text. */
export const formats: ReadonlyMap<string, { readonly sample: string; readonly form: RegExp }> = new Map([
  ["date-time", { sample: "2026-01-02T03:04:05Z", form: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/ }],
  ["date", { sample: "2026-01-02", form: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/ }],
  ["time", { sample: "03:04:05Z", form: /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/ }],
  ["duration", { sample: "P1D", form: /^P(?=[\dT])(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/ }],
  [
    "uuid",
    {
      sample: "3f0e9c1a-8a52-4c57-9f7e-6a1d2b3c4d51",
      form: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
    },
  ],
  ["email", { sample: "ada@example.com", form: /^[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,60}(\.[a-z0-9-]{1,60})+$/i }],
  ["uri", { sample: "https://example.com/a", form: /^https?:\/\/[A-Za-z0-9.-]+(:\d+)?(\/[\w./~%?#=&+:@!,;-]*)?$/ }],
  ["uri-reference", { sample: "/a", form: /^[\w./~%?#=&+:-]*$/ }],
  ["uri-template", { sample: "https://example.com/{a}", form: /^https?:\/\/[\w.{}/-]+$/ }],
  [
    "url",
    { sample: "https://example.com/a", form: /^https?:\/\/[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?(\/[\w./~%?#=&+:-]*)?$/i },
  ],
  [
    "hostname",
    { sample: "example.com", form: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i },
  ],
  ["ipv4", { sample: "192.0.2.1", form: /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$/ }],
  [
    "ipv6",
    { sample: "2001:db8::1", form: /^[0-9a-f]{1,4}(:[0-9a-f]{1,4}){7}$|^([0-9a-f]{1,4}:){1,6}(:[0-9a-f]{1,4}){1,6}$/i },
  ],
  ["json-pointer", { sample: "/a", form: /^(\/[\w.-]*)*$/ }],
  ["json-pointer-uri-fragment", { sample: "#/a", form: /^#(\/[\w.-]*)*$/ }],
  ["relative-json-pointer", { sample: "1/a", form: /^\d+(#|(\/[\w.-]*)*)$/ }],
  ["regex", { sample: "a", form: /^[\w ]*$/ }],
  ["byte", { sample: "YQ==", form: /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/ }],
]);
