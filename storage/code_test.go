package storage_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

func TestInviteIsUsedOnceAndInTime(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		area := district(t, s)["Bergen"].ID
		p := person(t, s, "7")
		add := func(code string) {
			write(t, s, func(tx *storage.Tx) error {
				return tx.AddInvite(storage.Invite{
					Role: storage.Officer, Scope: storage.Scope{AreaID: &area}, CreatedAt: 1, ExpiresAt: noon.Add(time.Hour).UnixMilli(),
				}, code)
			})
		}
		use := func(code string, after time.Duration) (i storage.Invite, err error) {
			err = s.Write(ctx(), func(tx *storage.Tx) error {
				i, err = tx.UseInvite(code, p.ID, noon.Add(after))
				return err
			})
			return i, err
		}
		add("ABCD2345")
		if _, err := use("ABCD2346", 0); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("a wrong code gives %v", err)
		}
		if _, err := use("ABCD2345", time.Hour); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("an expired code gives %v", err)
		}
		i, err := use("ABCD2345", time.Minute)
		if err != nil || i.Role != storage.Officer || i.AreaID == nil || *i.AreaID != area {
			t.Errorf("the invite is %+v, %v", i, err)
		}
		if _, err := use("ABCD2345", time.Minute); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("a used code gives %v", err)
		}
	})
}

// Under READ COMMITTED two people at once got a role from one code.
func TestCodeIsUsedOnceByManyAtOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		area := district(t, s)["Bergen"].ID
		officer := person(t, s, "1")
		const people = 6
		var ids []int64
		for i := range people {
			ids = append(ids, person(t, s, fmt.Sprint(100+i)).ID)
		}
		for round := range 5 {
			code := fmt.Sprintf("CODE%d", round)
			write(t, s, func(tx *storage.Tx) error {
				return errors.Join(
					tx.AddInvite(storage.Invite{Role: storage.Officer, Scope: storage.Scope{AreaID: &area}, ExpiresAt: noon.UnixMilli()}, code),
					tx.AddChannelCode(code, area, officer.ID, noon),
				)
			})
			var invites, channels atomic.Int32
			var all sync.WaitGroup
			once := func(count *atomic.Int32, use func(tx *storage.Tx) error) {
				all.Go(func() {
					err := s.Write(ctx(), use)
					switch {
					case err == nil:
						count.Add(1)
					case !errors.Is(err, storage.ErrNotFound):
						t.Error(err)
					}
				})
			}
			for _, id := range ids {
				once(&invites, func(tx *storage.Tx) error {
					i, err := tx.UseInvite(code, id, noon.Add(-time.Minute))
					if err != nil {
						return err
					}
					return tx.GrantRole(storage.Role{PersonID: id, Role: i.Role, Scope: i.Scope, GrantedAt: 1})
				})
				once(&channels, func(tx *storage.Tx) error {
					got, who, err := tx.UseChannelCode(code, noon.Add(-time.Minute))
					if err == nil && (got != area || who != officer.ID) {
						t.Errorf("the code is of area %d, person %d", got, who)
					}
					return err
				})
			}
			all.Wait()
			if invites.Load() != 1 || channels.Load() != 1 {
				t.Errorf("one invite was used %d times, one channel code %d times", invites.Load(), channels.Load())
			}
		}
		read(t, s, func(tx *storage.Tx) error {
			holders, err := tx.Holders(area, storage.Officer)
			if len(holders) > 5 {
				t.Errorf("5 codes made %d officers", len(holders))
			}
			return err
		})
	})
}

func TestWrongCodesAreCounted(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		p := person(t, s, "7")
		write(t, s, func(tx *storage.Tx) error {
			return errors.Join(tx.AddWrongCode(p.ID, noon), tx.AddWrongCode(p.ID, noon.Add(time.Minute)))
		})
		read(t, s, func(tx *storage.Tx) error {
			n, err := tx.WrongCodes(p.ID, noon)
			if n != 1 {
				t.Errorf("%d wrong codes after noon, want 1", n)
			}
			return err
		})
	})
}

func TestFormIsSealedAndExpires(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		p, c := person(t, s, "7"), chat(t, s, "7")
		until := noon.Add(48 * time.Hour)
		write(t, s, func(tx *storage.Tx) error {
			first, err := tx.StartForm(p.ID, "register", c.ID, until)
			if err != nil {
				return err
			}
			second, err := tx.StartForm(p.ID, "alert", c.ID, until) // takes its place
			if err != nil || second == first {
				t.Errorf("a second form has the id %d, the first %d", second, first)
			}
			return tx.SaveForm(second, `{"phone":"0612345678"}`, until)
		})
		read(t, s, func(tx *storage.Tx) error {
			f, state, err := tx.FormOf(p.ID, until.Add(-time.Millisecond))
			if err != nil || f.Command != "alert" || state != `{"phone":"0612345678"}` {
				t.Errorf("the form is %+v, %q, %v", f, state, err)
			}
			if _, _, err := tx.FormOf(p.ID, until); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("an expired form gives %v", err)
			}
			return nil
		})
		write(t, s, func(tx *storage.Tx) error { return tx.DropExpiredForms(until.Add(-time.Millisecond)) })
		read(t, s, func(tx *storage.Tx) error { _, _, err := tx.FormOf(p.ID, noon); return err })
		write(t, s, func(tx *storage.Tx) error { return tx.DropExpiredForms(until) })
		read(t, s, func(tx *storage.Tx) error {
			if _, _, err := tx.FormOf(p.ID, noon); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("a dropped form gives %v", err)
			}
			return nil
		})
	})
}
