"""Speaks to a MongoDB server with pymongo: document sequences, an unacknowledged write, an exhaust cursor."""
import sys
from pymongo import CursorType, MongoClient, UpdateOne, WriteConcern

client = MongoClient('127.0.0.1', int(sys.argv[1]), directConnection=True)
carts = client.shop.carts
carts.insert_many([{'_id': n, 'secret': 'hunter2'} for n in range(50)])
carts.bulk_write([UpdateOne({'_id': n}, {'$set': {'secret': 'swordfish'}}) for n in range(20)])
assert len(list(carts.find({}, batch_size=10, cursor_type=CursorType.EXHAUST))) == 50
carts.with_options(write_concern=WriteConcern(w=0)).insert_one({'_id': 100})
client.close()
