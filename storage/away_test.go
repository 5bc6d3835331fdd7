package storage_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

const week = 7 * 24 * time.Hour

// absence is one that begins some time after noon and lasts a week.
func absence(person, substitute int64, after time.Duration) storage.Absence {
	return storage.Absence{PersonID: person, FromAt: noon.Add(after).UnixMilli(), UntilAt: noon.Add(after + week).UnixMilli(), SubstituteID: &substitute}
}

func TestAbsence(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ria, hans, kees := person(t, s, "7").ID, person(t, s, "8").ID, person(t, s, "9").ID
		write(t, s, func(tx *storage.Tx) error {
			return errors.Join(tx.SetAbsence(absence(ria, kees, 0)), tx.SetAbsence(absence(ria, hans, 0)), tx.SetAbsence(absence(kees, hans, time.Hour)))
		})
		read(t, s, func(tx *storage.Tx) error {
			a, err := tx.AbsenceOf(ria, noon)
			if err != nil || a.SubstituteID == nil || *a.SubstituteID != hans {
				t.Errorf("the latest is not kept: %+v, %v", a, err)
			}
			if _, err := tx.AbsenceOf(ria, noon.Add(week)); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("at its end: %v", err)
			}
			for after, want := range map[time.Duration]int{0: 1, time.Hour: 2, week: 1, 2 * week: 0} {
				got, err := tx.StandsInFor(hans, noon.Add(after))
				if err != nil || len(got) != want {
					t.Errorf("after %v hans stands in for %d, want %d: %v", after, len(got), want, err)
				}
			}
			return nil
		})
		write(t, s, func(tx *storage.Tx) error {
			err := errors.Join(tx.Forget(hans, messages.Inbound{ID: "1"}, noon), tx.Forget(ria, messages.Inbound{ID: "2"}, noon))
			a, err2 := tx.AbsenceOf(kees, noon)
			if a.SubstituteID != nil {
				t.Error("somebody who was erased still stands in")
			}
			return errors.Join(err, err2, tx.EndAbsence(kees))
		})
		read(t, s, func(tx *storage.Tx) error {
			for _, p := range []int64{ria, kees} {
				if _, err := tx.AbsenceOf(p, noon); !errors.Is(err, storage.ErrNotFound) {
					t.Errorf("person %d is still away: %v", p, err)
				}
			}
			return nil
		})
	})
}

func TestDaysOffAndWhatIsOverAreForgotten(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ria, hans, left := person(t, s, "7").ID, person(t, s, "8").ID, person(t, s, "9").ID
		bergen := district(t, s)["Bergen"].ID
		write(t, s, func(tx *storage.Tx) error {
			err := errors.Join(tx.SetAbsence(absence(ria, hans, 0)), tx.SetAbsence(absence(hans, ria, time.Hour)),
				tx.SetAbsence(absence(left, ria, time.Hour)), tx.AddDayOff(left, "3"))
			for _, p := range []int64{ria, hans} {
				err = errors.Join(err, tx.GrantRole(storage.Role{PersonID: p, Role: storage.Officer, Scope: storage.Scope{AreaID: &bergen}, GrantedAt: 1}))
			}
			for _, day := range []string{"2018-05-07", "3", "2018-05-06", "2018-05-07", "0"} {
				err = errors.Join(err, tx.AddDayOff(ria, day))
			}
			return errors.Join(err, tx.ForgetAway(noon.Add(week), "2018-05-07"))
		})
		write(t, s, func(tx *storage.Tx) error {
			days, err := tx.DaysOff(ria)
			if !slices.Equal(days, []string{"0", "3", "2018-05-07"}) {
				t.Errorf("the days off are %v", days)
			}
			_, gone := tx.AbsenceOf(left, noon)
			if days, err := tx.DaysOff(left); !errors.Is(gone, storage.ErrNotFound) || len(days) != 0 {
				t.Errorf("of somebody without a role are left %v, %v: %v", gone, days, err)
			}
			_, over := tx.AbsenceOf(ria, noon)
			_, err2 := tx.AbsenceOf(hans, noon)
			if !errors.Is(over, storage.ErrNotFound) {
				t.Errorf("what is over is kept: %v", over)
			}
			first, err3 := tx.DropDayOff(ria, "3")
			again, err4 := tx.DropDayOff(ria, "3")
			if !first || again {
				t.Errorf("a day was dropped %v, and once more %v", first, again)
			}
			err5 := tx.Forget(ria, messages.Inbound{ID: "1"}, noon)
			days, err6 := tx.DaysOff(ria)
			if len(days) != 0 {
				t.Errorf("of somebody who was erased are left %v", days)
			}
			return errors.Join(err, err2, err3, err4, err5, err6)
		})
	})
}

func TestAwayWithTwoAccountsThatBecomeOne(t *testing.T) {
	for name, test := range map[string]struct {
		older, newer bool // who is away
		want         time.Duration
	}{"the older": {true, false, 0}, "the newer": {false, true, time.Hour}, "both": {true, true, time.Hour}} {
		t.Run(name, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, s *storage.Store) {
				older, newer, hans := person(t, s, "7").ID, person(t, s, "8").ID, person(t, s, "9").ID
				write(t, s, func(tx *storage.Tx) error {
					var err error
					if test.older {
						err = errors.Join(err, tx.SetAbsence(absence(older, newer, 0)))
					}
					if test.newer {
						err = errors.Join(err, tx.SetAbsence(absence(newer, hans, time.Hour)))
					}
					err = errors.Join(err, tx.SetAbsence(absence(hans, newer, 0)), tx.AddDayOff(older, "3"), tx.AddDayOff(newer, "3"), tx.AddDayOff(newer, "5"))
					_, err2 := tx.JoinPersons(older, newer)
					return errors.Join(err, err2)
				})
				read(t, s, func(tx *storage.Tx) error {
					a, err := tx.AbsenceOf(older, noon)
					if a.FromAt != noon.Add(test.want).UnixMilli() || a.SubstituteID != nil && *a.SubstituteID == older {
						t.Errorf("away is %+v", a)
					}
					instead, err2 := tx.StandsInFor(older, noon)
					days, err3 := tx.DaysOff(older)
					if len(instead) != 1 || instead[0].PersonID != hans || !slices.Equal(days, []string{"3", "5"}) {
						t.Errorf("stands in for %+v, off on %v", instead, days)
					}
					return errors.Join(err, err2, err3)
				})
			})
		})
	}
}
