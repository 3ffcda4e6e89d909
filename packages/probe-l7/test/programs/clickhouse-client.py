"""Speaks to ClickHouse by clickhouse-driver: `python3 clickhouse-client.py PORT`. Prints what it asked, by kind."""
import json
import sys
from clickhouse_driver import Client, errors

client = Client('127.0.0.1', port=int(sys.argv[1]), settings={'max_block_size': 50})
counts = {}


def ask(kind, sql, *args, **kwargs):
    counts[kind] = counts.get(kind, 0) + 1
    try:
        return client.execute(sql, *args, **kwargs)
    except errors.ServerException as error:
        counts[kind + ' ' + str(error.code)] = counts.get(kind + ' ' + str(error.code), 0) + 1


ask('CREATE', 'CREATE TABLE orders (id UInt64, name String, tags Array(Nullable(String)), price Decimal(9, 2)) ENGINE = Memory')
for batch in range(5):
    ask('INSERT', 'INSERT INTO orders VALUES', [(n, 'secret %d' % n, ['a', None], 1) for n in range(40)])
rows = 0
for turn in range(20):
    rows += len(ask('SELECT', "SELECT * FROM orders WHERE name <> 'nobody'"))
for turn in range(3):
    ask('ERROR', 'SELECT * FROM nowhere')
ask('SELECT', 'SELECT number, toString(number) FROM system.numbers LIMIT 500')
ask('DROP', 'DROP TABLE orders')
client.disconnect()
print(json.dumps({'counts': counts, 'rows': rows}))
