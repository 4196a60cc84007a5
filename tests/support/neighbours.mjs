// Services that tell each other of clients, as in production: what each is told by EVENT_SINKS.
//
//   start_suite({ auth: 1, clients: 1, env: neighbours() })
const sinks_of = {
  clients: (suite) => [
    suite.ports.auth && `auth client.* ${suite.events_at('auth')}`,
    suite.ports.orders && `orders client.erased ${suite.events_at('orders')}`,
    `mail mail.requested file://${suite.folder}/mail`],
  auth: (suite) => [
    suite.ports.clients && `clients user.email_verified,user.password_settled ${suite.events_at('clients')}`,
    `mail mail.requested file://${suite.folder}/mail`],
  orders: (suite) => [
    suite.ports.payment && `payment order.erased ${suite.events_at('payment')}`,
    `mail mail.requested file://${suite.folder}/mail`],
};
const mail = { MAIL_FROM: 'shop@example.com', SHOP_URL: 'https://shop.example' };

// `more`: {clients: {…}} beside that.
export const neighbours = (more = {}) => Object.fromEntries(Object.entries(sinks_of).map(([name, sinks]) =>
  [name, (suite) => ({ ...mail, EVENT_SINKS: sinks(suite).filter(Boolean).join(';'), ...more[name] })]));
