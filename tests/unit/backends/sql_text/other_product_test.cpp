#include "backends/sql_text/other_product.hpp"

#include <doctest/doctest.h>

using corral::sql::other_product;

TEST_CASE("statements of MySQL's dumps are told") {
  for (const char* const statement :
       {"LOCK TABLES `users` WRITE", "UNLOCK TABLES", "SET SQL_MODE = \"NO_AUTO_VALUE_ON_ZERO\"",
        "SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT", "SET NAMES utf8mb4",
        "SET FOREIGN_KEY_CHECKS=0",
        "CREATE TABLE `users` (\n  `id` int NOT NULL AUTO_INCREMENT,\n  PRIMARY KEY (`id`)\n)",
        "CREATE TABLE `users` (`id` int) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
        "CREATE TABLE `t` (`a` int, KEY `k` (`a`))", "CREATE TABLE t (a enum('x','y'))",
        "INSERT INTO `t` VALUES (1,'it\\'s')", "INSERT IGNORE INTO t VALUES (1)",
        "INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 2", "DELIMITER ;;", "USE `shop`",
        "ALTER TABLE `users` ADD PRIMARY KEY (`id`)", "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `shop`"}) {
    CAPTURE(statement);
    CHECK(other_product(statement) == "MySQL");
  }
}

TEST_CASE("statements of PostgreSQL's dumps are told") {
  for (const char* const statement :
       {"SET statement_timeout = 0", "SET search_path = public", "\\restrict abc\n\nSET lock_timeout = 0",
        "SELECT pg_catalog.set_config('search_path', '', false)", "COPY public.users (id, name) FROM stdin",
        "CREATE TABLE public.users (id integer NOT NULL)", "ALTER TABLE public.users OWNER TO me",
        "ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id)",
        "CREATE SEQUENCE public.users_id_seq", "CREATE EXTENSION IF NOT EXISTS citext",
        "INSERT INTO public.users VALUES (1)", "CREATE TABLE t (a text DEFAULT 'x'::character varying)",
        "COMMENT ON TABLE t IS 'x'"}) {
    CAPTURE(statement);
    CHECK(other_product(statement) == "PostgreSQL");
  }
}

TEST_CASE("a mistake in SQLite's own SQL is nothing else") {
  for (const char* const statement :
       {"SELEC 1", "CREATE TABLE `users` (`id` integer PRIMARY KEY AUTOINCREMENT,, `a` text)", "",
        "INSERT INTO `t` VALUES ('a\\b'", "SELECT 'ENGINE=InnoDB' FROM nix", "SELECT public.x FROM t public",
        "SET x = 1", "SELECT now()", "SELECT :a, :b FROM nix", "SELECT 1 -- LOCK TABLES"}) {
    CAPTURE(statement);
    CHECK(other_product(statement).empty());
  }
}
