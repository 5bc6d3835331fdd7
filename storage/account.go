package storage

import (
	"fmt"
	"sync"
)

// accountCache remembers the ids of accounts, which never change.
type accountCache struct {
	mu  sync.Mutex
	ids map[[2]string]int64
}

// Account gives the id of one account of the bot on a platform, and makes it known at its first use.
func (tx *Tx) Account(platform, account string) (int64, error) {
	key := [2]string{platform, account}
	c := &tx.store.accounts
	c.mu.Lock()
	id, ok := c.ids[key]
	c.mu.Unlock()
	if ok {
		return id, nil
	}
	insert := "INSERT INTO accounts (platform, account) VALUES (?, ?) ON CONFLICT (platform, account) DO NOTHING"
	if err := tx.db.Exec(insert, platform, account).Error; err != nil {
		return 0, fmt.Errorf("add account: %w", err)
	}
	err := tx.db.Raw("SELECT id FROM accounts WHERE platform = ? AND account = ?", platform, account).Row().Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("find account: %w", err)
	}
	return id, nil
}

// RememberAccount puts a committed account into the cache.
func (s *Store) RememberAccount(platform, account string, id int64) {
	s.accounts.mu.Lock()
	defer s.accounts.mu.Unlock()
	if s.accounts.ids == nil {
		s.accounts.ids = map[[2]string]int64{}
	}
	s.accounts.ids[[2]string{platform, account}] = id
}
