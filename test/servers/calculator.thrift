/** What the Thrift server of the tests serves, and its clients ask. */
exception InvalidOperation {
  1: i32 code
  2: string reason
}

struct Item {
  1: string name
  2: list<i64> numbers
  3: map<string, double> weights
  4: bool stocked
}

service Calculator {
  void ping()
  i32 add(1: i32 left, 2: i32 right)
  i32 divide(1: i32 left, 2: i32 right) throws (1: InvalidOperation refused)
  list<Item> items(1: i32 count)
  string echo(1: binary text)
  /** The server has no such method. */
  void missing()
  /** The server fails. */
  void broken()
  oneway void note(1: string text)
}
