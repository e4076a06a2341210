-- Names that have to be quoted, and what they may break.
CREATE SCHEMA "a.b";
CREATE TYPE "a.b"."an ""enum""" AS ENUM ('x', '${x}', '*/', '\', '--');
CREATE TABLE "a.b"."it's ""a"" `table` ${x} */ -- \" (
  "select" integer PRIMARY KEY,
  "a""b" text DEFAULT 'it''s \ "x" `y` ${z} */',
  "ünïcödé 表" "a.b"."an ""enum""" DEFAULT '${x}',
  "constructor" integer,
  "__proto__" integer DEFAULT 1,
  "UPPER" varchar(10) COLLATE "POSIX",
  "a.b" integer[],
  CONSTRAINT "the ""check"" ${c}" CHECK ("a""b" <> '*/' AND "UPPER" ~ '^[\w\s]+$')
);
CREATE INDEX "index of ""a"" ${i}" ON "a.b"."it's ""a"" `table` ${x} */ -- \" (lower("a""b"), "UPPER") WHERE "constructor" > 0;
COMMENT ON COLUMN "a.b"."it's ""a"" `table` ${x} */ -- \"."a""b" IS '${comment} */ `x`';
CREATE TABLE "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123" (
  "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff456" serial PRIMARY KEY,
  "ääääääääääääääääääääääääääääää" integer UNIQUE,
  "user" integer REFERENCES "a.b"."it's ""a"" `table` ${x} */ -- \" ("select"),
  "order" integer REFERENCES "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123",
  CHECK ("ääääääääääääääääääääääääääääää" > 0)
);
CREATE INDEX ON "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123" ("user", "order");
