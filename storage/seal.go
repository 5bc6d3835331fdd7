package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/mac"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// sealer encrypts what must not lie open in the database, and makes keyed hashes to look things up by.
type sealer struct {
	aead tink.AEAD
	mac  tink.MAC
}

// canary is sealed into the database at first start: it tells whether the key set is the right one.
const canary = "buurtbode"

// ErrKeys says that the key set does not belong to the database.
var ErrKeys = errors.New("wrong key set")

// openKeys reads the key set, or makes one for a database that has none yet.
func (s *Store) openKeys(ctx context.Context) error {
	file := s.cfg.KeysFile()
	var sealed []byte
	err := s.Read(ctx, func(tx *Tx) error {
		var err error
		sealed, err = tx.meta("canary")
		return err
	})
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	known := err == nil
	seal, err := readKeys(file)
	if errors.Is(err, fs.ErrNotExist) {
		if known {
			return fmt.Errorf("the key set %s is missing: phone numbers and texts in this database can't be read without it. Put it back from your backup, or set BUURTBODE_KEYS to where it is", file)
		}
		seal, err = makeKeys(file)
	}
	if err != nil {
		return err
	}
	s.seal = seal
	if !known {
		if sealed, err = s.sealCanary(ctx); err != nil {
			return err
		}
	}
	if plain, err := s.seal.open(sealed, "canary"); err != nil || plain != canary {
		return fmt.Errorf("the key set %s is not the one that this database was sealed with: %w. Put the right one back, or set BUURTBODE_KEYS to where it is", file, ErrKeys)
	}
	return nil
}

// sealCanary seals the canary into a new database, and gives the one that is there afterwards: another process with
// another key set may have been first.
func (s *Store) sealCanary(ctx context.Context) (sealed []byte, err error) {
	err = s.Write(ctx, func(tx *Tx) error {
		mine, err := tx.Seal(canary, "canary")
		if err != nil {
			return err
		}
		if err := tx.setMeta("canary", mine); err != nil {
			return err
		}
		sealed, err = tx.meta("canary")
		return err
	})
	return sealed, err
}

// readKeys reads two Tink key sets in JSON, a line each: one to seal with, one for keyed hashes.
func readKeys(file string) (*sealer, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read key set: %w", err)
	}
	first, second, ok := bytes.Cut(bytes.TrimSpace(data), []byte("\n"))
	if !ok {
		return nil, fmt.Errorf("the key set %s is damaged: %w. Put it back from your backup", file, ErrKeys)
	}
	var handles [2]*keyset.Handle
	for i, part := range [][]byte{first, second} {
		if handles[i], err = insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(part))); err != nil {
			return nil, fmt.Errorf("the key set %s is damaged: %w. Put it back from your backup", file, ErrKeys)
		}
	}
	return newSealer(handles[0], handles[1])
}

// makeKeys writes a new key set, readable for its owner only. It never overwrites one.
func makeKeys(file string) (*sealer, error) {
	sealing, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("make key set: %w", err)
	}
	hashing, err := keyset.NewHandle(mac.HMACSHA256Tag256KeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("make key set: %w", err)
	}
	var out bytes.Buffer
	for _, h := range []*keyset.Handle{sealing, hashing} {
		var line bytes.Buffer
		if err := insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(&line)); err != nil {
			return nil, fmt.Errorf("make key set: %w", err)
		}
		out.Write(bytes.ReplaceAll(line.Bytes(), []byte("\n"), nil))
		out.WriteByte('\n')
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, fmt.Errorf("make key set: %w", err)
	}
	if err := writeOnce(file, out.Bytes()); err != nil {
		if errors.Is(err, fs.ErrExist) { // another process made it just now
			return readKeys(file)
		}
		return nil, fmt.Errorf("make key set: %w", err)
	}
	return newSealer(sealing, hashing)
}

// writeOnce writes a new file, readable for its owner only: it is there whole, or not at all. It fails with fs.ErrExist
// when there is one.
func writeOnce(file string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if _, err := f.Write(data); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	err = os.Link(f.Name(), file)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fs.ErrExist, err)
	}
	return os.Rename(f.Name(), file) // a file system without hard links
}

func newSealer(sealing, hashing *keyset.Handle) (*sealer, error) {
	a, err := aead.New(sealing)
	if err != nil {
		return nil, fmt.Errorf("open key set: %w", err)
	}
	m, err := mac.New(hashing)
	if err != nil {
		return nil, fmt.Errorf("open key set: %w", err)
	}
	return &sealer{aead: a, mac: m}, nil
}

func (s *sealer) open(sealed []byte, context string) (string, error) {
	plain, err := s.aead.Decrypt(sealed, []byte(context))
	if err != nil {
		return "", fmt.Errorf("open sealed %s: %w", context, ErrKeys)
	}
	return string(plain), nil
}

// Seal encrypts text; context says what it is, and must be given again to open it.
func (tx *Tx) Seal(text, context string) ([]byte, error) {
	sealed, err := tx.store.seal.aead.Encrypt([]byte(text), []byte(context))
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", context, err)
	}
	return sealed, nil
}

// Unseal gives the text back. It fails with ErrKeys when it was not sealed by this key set in this context.
func (tx *Tx) Unseal(sealed []byte, context string) (string, error) {
	return tx.store.seal.open(sealed, context)
}

// Hash is a keyed hash of text, to look up by what is sealed.
func (tx *Tx) Hash(text, context string) ([]byte, error) {
	h, err := tx.store.seal.mac.ComputeMAC([]byte(context + "\x00" + text))
	if err != nil {
		return nil, fmt.Errorf("hash %s: %w", context, err)
	}
	return h, nil
}

func (tx *Tx) meta(name string) ([]byte, error) {
	var row struct{ Value []byte }
	err := tx.db.Raw("SELECT value FROM meta WHERE name = ?", name).Take(&row).Error
	return row.Value, notFound(err, "meta "+name)
}

func (tx *Tx) setMeta(name string, value []byte) error {
	return tx.db.Exec("INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", name, value).Error
}
