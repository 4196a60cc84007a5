// A database per service on a private PostgreSQL, made by the project's own provisioning and migrations.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { kRoot, program_path } from './services.mjs';

function run(command, args, env) {
  try {
    execFileSync(command, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    throw new Error(`${command} ${args.join(' ')}: ${error.stdout}${error.stderr}`);
  }
}

// What holds credentials says so; every other database is named as its service.
export const database_of = (service) => (service === 'auth' ? 'credentials' : service);

// Answers {payment: {url}, orders: {url}, …}: what each service connects with. `folder_of` says where a service's
// migrations are.
export function create_databases(postgres, services, folder_of = (name) => join(kRoot, 'migrations', name)) {
  const databases = {};
  for (const name of services) {
    const password = `${name}-of-a-test`;
    const owner_password = `${name}-owner-of-a-test`;
    run(join(kRoot, 'migrations/provision.sh'), [name, database_of(name)], {
      PGHOST: '127.0.0.1', PGPORT: String(postgres.port), PGUSER: 'postgres', PGPASSWORD: postgres.password,
      SERVICE_PASSWORD: password, OWNER_PASSWORD: owner_password,
    });
    run(program_path('migrate'), [folder_of(name)], {
      DATABASE_URL: postgres.url(database_of(name), `${name}_owner`, owner_password),
    });
    databases[name] = { url: postgres.url(database_of(name), name, password),
      owner_url: postgres.url(database_of(name), `${name}_owner`, owner_password) };
  }
  return databases;
}
