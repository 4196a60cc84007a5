export async function start_gateway() {
  throw new Error('the gateway has no renderer yet');
}
