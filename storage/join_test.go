package storage_test

import (
	"errors"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

func TestTwoAccountsBecomeOnePerson(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		areas := district(t, s)
		bergen := areas["Bergen"].ID
		older, newer := person(t, s, "7"), person(t, s, "8")
		officer := func(p storage.Person, name storage.RoleName) storage.Role {
			return storage.Role{PersonID: p.ID, Role: name, Scope: storage.Scope{AreaID: &bergen}, GrantedAt: 1}
		}
		until, here, there := noon.Add(time.Hour), chat(t, s, "7").ID, chat(t, s, "8").ID
		write(t, s, func(tx *storage.Tx) error {
			_, first := tx.StartForm(older.ID, "register", here, until)
			_, second := tx.StartForm(newer.ID, "alert", there, until)
			return errors.Join(first, second,
				tx.GrantRole(officer(older, storage.Officer)), tx.GrantRole(officer(newer, storage.Officer)), tx.GrantRole(officer(newer, storage.Coordinator)),
				tx.Previewed(older.ID, noon), tx.Previewed(newer.ID, noon), tx.AddWrongCode(newer.ID, noon))
		})
		write(t, s, func(tx *storage.Tx) error {
			p, err := tx.JoinPersons(newer.ID, older.ID)
			if p.ID != older.ID {
				t.Errorf("they became person %d, want the older %d", p.ID, older.ID)
			}
			return err
		})
		read(t, s, func(tx *storage.Tx) error {
			roles, err := tx.RolesOf(older.ID)
			if len(roles) != 2 {
				t.Errorf("the roles are %+v, want each once", roles)
			}
			accounts, err2 := tx.Identities(older.ID)
			if len(accounts) != 2 {
				t.Errorf("the accounts are %+v", accounts)
			}
			f, _, err3 := tx.FormOf(older.ID, noon)
			if f.Command != "alert" {
				t.Errorf("the form is %q, want that of the newer account", f.Command)
			}
			if _, err := tx.Person(newer.ID); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("the newer person is still there: %v", err)
			}
			wrong, err4 := tx.WrongCodes(older.ID, noon.Add(-time.Minute))
			if wrong != 1 {
				t.Errorf("%d wrong codes came along, want 1", wrong)
			}
			return errors.Join(err, err2, err3, err4)
		})
	})
}

func TestPersonCodeIsValidForAWhileAndTheLatestOnly(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		p, c := person(t, s, "7"), chat(t, s, "7")
		write(t, s, func(tx *storage.Tx) error {
			return errors.Join(tx.AddPersonCode("FIRST234", p.ID, c.ID, noon), tx.AddPersonCode("LATER234", p.ID, c.ID, noon))
		})
		read(t, s, func(tx *storage.Tx) error {
			for code, at := range map[string]time.Time{"FIRST234": noon.Add(-time.Minute), "LATER234": noon} {
				if _, _, err := tx.FindPersonCode(code, at); !errors.Is(err, storage.ErrNotFound) {
					t.Errorf("%s gives %v", code, err)
				}
			}
			who, where, err := tx.FindPersonCode("LATER234", noon.Add(-time.Minute))
			if who != p.ID || where != c.ID {
				t.Errorf("the code is of person %d in chat %d", who, where)
			}
			return err
		})
	})
}
