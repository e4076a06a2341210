-- Functions, domains and tables that stand on each other's types, in an order that no names give away.
CREATE SCHEMA b;
CREATE TYPE b.mood AS ENUM ('sad', 'glad');
CREATE TABLE b.post (id integer PRIMARY KEY, body text);
CREATE TABLE b.reply (id integer PRIMARY KEY, first b.post, others b.post[]);
-- an argument called as the table whose row it is, and one called as a table that the result is of
CREATE FUNCTION b.body_of(post b.post) RETURNS text LANGUAGE sql AS $$ SELECT (post).body $$;
CREATE FUNCTION b.a_reply(reply integer) RETURNS SETOF b.reply LANGUAGE sql AS $$ SELECT * FROM b.reply WHERE id = a_reply.reply $$;
-- a table's row as a domain, and as a column
CREATE DOMAIN b.a_post AS b.post;
CREATE DOMAIN b.all_posts AS b.post[] CHECK (VALUE IS NOT NULL);
CREATE TABLE b.archive (what b.a_post, whole b.all_posts);
-- what is called within brackets only
CREATE FUNCTION b.zero() RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT 0 $$;
CREATE FUNCTION b.first_of() RETURNS integer LANGUAGE sql AS $$ SELECT (ARRAY[b.zero(), 1])[1] $$;
CREATE VIEW b.all_zeros AS SELECT 1 AS one WHERE 0 = ANY (ARRAY[b.zero(), 0]);
CREATE TABLE b.arrays (zeros integer[] DEFAULT ARRAY[b.zero()], CHECK (zeros[1] = ANY (ARRAY[length(']'), b.zero(), 7])));
-- columns that count by the sequence of another table's column
CREATE TABLE b.numbered (id serial PRIMARY KEY, other integer GENERATED ALWAYS AS IDENTITY);
CREATE TABLE b.a_copy (LIKE b.numbered INCLUDING DEFAULTS, more integer DEFAULT nextval('b.numbered_other_seq'));
-- a body that the server prints anew, with the function's name before its argument
CREATE FUNCTION b."Count of"(id integer) RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM b.post p WHERE p.id = "Count of".id; END;
-- a comment on the check of a domain, and a collation of a type that has no builder
CREATE DOMAIN b.size AS integer CONSTRAINT "not 0" CHECK (VALUE <> 0);
COMMENT ON CONSTRAINT "not 0" ON DOMAIN b.size IS 'it''s something';
CREATE TABLE b.collated (n name COLLATE "POSIX");
-- procedures that are told apart by what goes in, one of them with as many arguments as the other when those that come out count
CREATE PROCEDURE b.act(OUT a integer, b integer, c integer) LANGUAGE plpgsql AS 'BEGIN a := 1; END';
CREATE PROCEDURE b.act(a integer, b integer, OUT c integer, d integer) LANGUAGE plpgsql AS 'BEGIN c := 1; END';
COMMENT ON PROCEDURE b.act(IN integer, IN integer, IN integer) IS 'of three';
