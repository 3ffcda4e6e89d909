"""Speaks to a Cassandra node with DataStax' driver for Python, in version 5: PORT, and lz4 or none."""
import sys
from cassandra.cluster import Cluster

port, compression = int(sys.argv[1]), sys.argv[2]
cluster = Cluster(['127.0.0.1'], port=port, protocol_version=5, compression=False if compression == 'none' else compression,
                  schema_metadata_enabled=False, token_metadata_enabled=False)
session = cluster.connect()
keyspace = f'shop_{compression}'
session.execute(f"CREATE KEYSPACE {keyspace} WITH replication = {{'class': 'SimpleStrategy', 'replication_factor': 1}}")
session.execute(f'CREATE TABLE {keyspace}.carts (id int PRIMARY KEY, secret text)')
insert = session.prepare(f'INSERT INTO {keyspace}.carts (id, secret) VALUES (?, ?)')
for n in range(50):
    session.execute(insert, (n, 'hunter2'))
# Longer than a segment.
session.execute(insert, (50, 'hunter2' * 30000))
select = session.prepare(f'SELECT * FROM {keyspace}.carts WHERE id = ?')
for pending in [session.execute_async(select, (n % 50,)) for n in range(100)]:
    pending.result()
assert len(session.execute(select, (50,)).one().secret) == 210000
for n in range(4):
    try:
        session.execute(f'SELECT * FROM {keyspace}.nothing')
    except Exception:
        pass
cluster.shutdown()
