package storage_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

func TestSealedOpensInItsContextOnly(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLite(t))
	read(t, s, func(tx *storage.Tx) error {
		sealed, err := tx.Seal("+31612345678", "phone")
		if err != nil {
			return err
		}
		again, err := tx.Seal("+31612345678", "phone")
		if err != nil || bytes.Equal(sealed, again) || bytes.Contains(sealed, []byte("612345678")) {
			t.Error("sealing twice shows that it is the same")
		}
		if _, err := tx.Unseal(sealed, "text"); !errors.Is(err, storage.ErrKeys) {
			t.Errorf("opened as something else: %v", err)
		}
		sealed[len(sealed)-1] ^= 1
		if _, err := tx.Unseal(sealed, "phone"); !errors.Is(err, storage.ErrKeys) {
			t.Errorf("opened though it was changed: %v", err)
		}
		one, err := tx.Hash("+31612345678", "phone")
		if err != nil {
			return err
		}
		two, err := tx.Hash("+31612345678", "invite")
		if bytes.Equal(one, two) {
			t.Error("the hash is the same in another context")
		}
		return err
	})
}

func TestNoPhoneInTheFiles(t *testing.T) {
	cfg := storagetest.SQLite(t)
	s := storagetest.Open(t, cfg)
	area := district(t, s)["Bergen"].ID
	p, c := person(t, s, "7"), chat(t, s, "7")
	const phone = "+31612345678"
	for range 2 { // added, then updated
		write(t, s, func(tx *storage.Tx) error {
			id, err := tx.StartForm(p.ID, "register", c.ID, noon)
			if err != nil {
				return err
			}
			g := storage.Group{AreaID: area, Name: "Vogelwijk", Kind: "residents", Use: "narrow", Platform: "signal", PersonID: &p.ID, Status: storage.Unverified, CreatedAt: 1}
			saved, _, err := tx.SaveGroup(g, phone)
			if err != nil {
				return err
			}
			if got, err := tx.PhoneOf(saved); err != nil || got != phone {
				t.Errorf("the phone number is %q, %v", got, err)
			}
			return tx.SaveForm(id, fmt.Sprintf(`{"phone":%q}`, phone), noon)
		})
	}
	read(t, s, func(tx *storage.Tx) error {
		mine, err := tx.GroupsOf(p.ID)
		if len(mine) != 1 {
			t.Errorf("%d groups of one name in one area", len(mine))
		}
		return err
	})
	files, err := filepath.Glob(cfg.Database + "*")
	if err != nil || len(files) < 2 {
		t.Fatalf("the files are %v, %v", files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte("612345678")) {
			t.Errorf("%s shows the phone number", filepath.Base(file))
		}
	}
}

func TestWrongKeysAreRefused(t *testing.T) {
	eachConfig(t, func(t *testing.T, cfg storage.Config) {
		open(t, cfg)
		keys := cfg.KeysFile()
		good, err := os.ReadFile(keys)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(keys); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the key set has the mode %v: %v", info.Mode(), err)
		}
		refused := func(words string) {
			t.Helper()
			s, err := storage.Open(ctx(), cfg)
			if err == nil {
				_ = s.Close()
				t.Fatal("opened")
			}
			if !strings.Contains(err.Error(), words) || !strings.Contains(err.Error(), keys) {
				t.Errorf("the operator reads %q, want %q and the file in it", err, words)
			}
		}
		for _, damaged := range []string{"", "x", "{}\n{}", string(good[:len(good)/2])} {
			if err := os.WriteFile(keys, []byte(damaged), 0o600); err != nil {
				t.Fatal(err)
			}
			refused("damaged")
		}
		if err := os.Remove(keys); err != nil {
			t.Fatal(err)
		}
		refused("missing")
		if _, err := os.Stat(keys); err == nil {
			t.Error("a new key set was made for a database that has another one")
		}
		other, err := os.ReadFile(otherKeys(t))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(keys, other, 0o600); err != nil {
			t.Fatal(err)
		}
		refused("not the one")
		if err := os.WriteFile(keys, good, 0o600); err != nil {
			t.Fatal(err)
		}
		open(t, cfg)
	})
}

// otherKeys is the key set of another database.
func otherKeys(t *testing.T) string {
	t.Helper()
	cfg := storagetest.SQLite(t)
	open(t, cfg)
	return cfg.KeysFile()
}

// Two processes that start together on an empty database agree on the key set, or one of them is refused.
func TestFirstStartTwiceAtOnce(t *testing.T) {
	for name, sameKeys := range map[string]bool{"one machine": true, "several machines": false} {
		t.Run(name, func(t *testing.T) {
			cfg := storagetest.Postgres(t)
			if !sameKeys { // migrated already, so that nothing but the key set is a race
				open(t, cfg)
				execute(t, raw(t, cfg), "DELETE FROM meta")
			}
			var mu sync.Mutex
			var opened, refused int
			var all sync.WaitGroup
			for range 4 {
				mine := cfg
				if !sameKeys {
					mine.Keys = filepath.Join(t.TempDir(), "buurtbode.keys")
				}
				all.Go(func() {
					s, err := storage.Open(ctx(), mine)
					mu.Lock()
					defer mu.Unlock()
					switch {
					case err == nil:
						opened++
						_ = s.Close()
					case errors.Is(err, storage.ErrKeys), strings.Contains(err.Error(), "is missing"):
						refused++
					default:
						t.Error(err)
					}
				})
			}
			all.Wait()
			if want := map[bool]int{true: 4, false: 1}[sameKeys]; opened != want || refused != 4-want {
				t.Errorf("%d opened and %d refused, want %d opened", opened, refused, want)
			}
		})
	}
}

func TestPasswordIsInNoError(t *testing.T) {
	for _, address := range []string{
		"postgres://bode:s3cret-w0rd@127.0.0.1:1/none?connect_timeout=1",
		"postgres://bode:s3cret-w0rd@127.0.0.1:port/none",
	} {
		_, err := storage.Open(ctx(), storage.Config{Database: address, Keys: filepath.Join(t.TempDir(), "k")})
		if err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("the error is %v", err)
		}
	}
}
