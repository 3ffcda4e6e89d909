import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, scratch, startServer } from './process.mjs';

/** ClickHouse with an empty data folder; user `default`, no password, and `guest`, whose password is `secret`. */
export async function startClickhouse(options = {}) {
  const dir = scratch('clickhouse');
  const port = options.port ?? (await freePort());
  const [http, interserver] = [await freePort(), await freePort()];
  const user = (name, password) =>
    `<${name}><password>${password}</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></${name}>`;
  writeFileSync(
    join(dir, 'users.xml'),
    `<yandex><profiles><default/></profiles><quotas><default/></quotas>
<users>${user('default', '')}${user('guest', 'secret')}</users></yandex>`,
  );
  writeFileSync(
    join(dir, 'config.xml'),
    `<yandex><logger><level>information</level><console>1</console></logger>
<listen_host>127.0.0.1</listen_host><tcp_port>${port}</tcp_port><http_port>${http}</http_port>
<interserver_http_port>${interserver}</interserver_http_port><max_concurrent_queries>20</max_concurrent_queries>
<path>${dir}/data/</path><tmp_path>${dir}/tmp/</tmp_path><user_files_path>${dir}/files/</user_files_path>
<format_schema_path>${dir}/schemas/</format_schema_path><users_config>${dir}/users.xml</users_config>
<mark_cache_size>5368709</mark_cache_size><default_profile>default</default_profile><default_database>default</default_database>
</yandex>`,
  );
  return startServer({
    name: 'clickhouse-server',
    command: 'clickhouse-server',
    args: [`--config-file=${join(dir, 'config.xml')}`],
    port,
    dir,
    ready: (log) => log.includes('Ready for connections'),
  });
}
