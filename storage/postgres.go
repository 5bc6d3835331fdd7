package storage

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// openPostgres connects to the server. The address holds a password, so no error repeats it.
func (s *Store) openPostgres(ctx context.Context) error {
	cfg, err := pgx.ParseConfig(s.cfg.Database)
	if err != nil {
		return fmt.Errorf("open database: the address after BUURTBODE_DATABASE can't be read; it looks like postgres://user:password@host:5432/name")
	}
	db := stdlib.OpenDB(*cfg)
	db.SetMaxOpenConns(24)
	db.SetMaxIdleConns(24)
	s.closers = append(s.closers, db)
	if err := db.PingContext(ctx); err != nil {
		return fmt.Errorf("open database: PostgreSQL at %s:%d does not answer or refuses the account: %w", cfg.Host, cfg.Port, redact(err, cfg.Password))
	}
	if err := s.migrate(ctx, db, "postgres", func() error { return nil }); err != nil {
		return err
	}
	g, err := gorm.Open(postgres.New(postgres.Config{Conn: db}), gormConfig())
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	s.write, s.read = g, g
	return nil
}
