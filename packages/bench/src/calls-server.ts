import { createServer } from "node:http";

// Loop's answer, filled up to 1 KB.
const body = JSON.stringify({
  available_count: 42,
  product_variant: {
    id: "653985747439023617",
    sku: "MUG-01",
    barcode: "0023141001205",
    title: "Stoneware mug",
    weight_grams: 350,
  },
  location: { id: "631923350119788417", name: "Main Warehouse", external_id: "main-warehouse", status: "active" },
  notes: "x".repeat(700),
});

const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length }).end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.send?.(`http://127.0.0.1:${address.port}`);
});
process.on("disconnect", () => process.exit());
