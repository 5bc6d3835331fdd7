package storage_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

func TestMessageArrivesOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		in := messages.Inbound{ID: "5", At: at("7"), From: messages.Sender{ID: "7"}}
		other := in
		other.From.ID = "8" // two senders may give the same id
		arrive := func(in messages.Inbound, want bool) {
			t.Helper()
			write(t, s, func(tx *storage.Tx) error {
				fresh, err := tx.Arrive(in, noon)
				if fresh != want {
					t.Errorf("message %s of %s is new: %v, want %v", in.ID, in.From.ID, fresh, want)
				}
				return err
			})
		}
		broken := errors.New("rolled back")
		err := s.Write(ctx(), func(tx *storage.Tx) error {
			if _, err := tx.Arrive(in, noon); err != nil {
				return err
			}
			return broken
		})
		if !errors.Is(err, broken) {
			t.Fatal(err)
		}
		arrive(in, true)
		arrive(in, false)
		arrive(other, true)
	})
}

func TestAttemptsAreCountedUntilPutAside(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		in := messages.Inbound{ID: "5", At: at("7"), From: messages.Sender{ID: "7"}}
		attempt := func(want int) {
			t.Helper()
			write(t, s, func(tx *storage.Tx) error {
				n, err := tx.Attempt(in, noon)
				if n != want {
					t.Errorf("that was attempt %d, want %d", n, want)
				}
				return err
			})
		}
		attempt(1)
		attempt(2)
		write(t, s, func(tx *storage.Tx) error {
			fresh, err := tx.Arrive(in, noon)
			if !fresh {
				t.Error("a message that failed does not come again")
			}
			return errors.Join(err, tx.PutAside(in))
		})
		attempt(0) // it was dealt with: an old failure that is told late doesn't bring it back
		write(t, s, func(tx *storage.Tx) error {
			fresh, err := tx.Arrive(in, noon)
			if fresh {
				t.Error("a message that was dealt with comes again")
			}
			return err
		})
	})
}

func TestOldMessagesAreForgottenInSmallSteps(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		write(t, s, func(tx *storage.Tx) error {
			for i := range 5 {
				in := messages.Inbound{ID: fmt.Sprint(i), At: at("7"), From: messages.Sender{ID: "7"}}
				if _, err := tx.Arrive(in, noon.Add(time.Duration(i)*time.Hour)); err != nil {
					return err
				}
			}
			return nil
		})
		for _, want := range []int64{2, 1, 0} {
			write(t, s, func(tx *storage.Tx) error {
				n, err := tx.PruneInbox(noon.Add(3*time.Hour), 2)
				if n != want {
					t.Errorf("forgot %d, want %d", n, want)
				}
				return err
			})
		}
	})
}

func TestScheduleMovesOnOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		next := noon.Add(time.Hour)
		write(t, s, func(tx *storage.Tx) error {
			if _, err := tx.FindSchedule("weekly"); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("nothing is planned, but FindSchedule gives %v", err)
			}
			for _, c := range []struct {
				spec string
				at   time.Time
				want time.Time
			}{
				{"@daily", noon, noon},
				{"@daily", next, noon}, // the same spec keeps its plan: a restart doesn't put it off
				{"@hourly", next, next},
			} {
				got, err := tx.EnsureSchedule("weekly", c.spec, c.at)
				if err != nil {
					return err
				}
				if got.NextAt != c.want.UnixMilli() {
					t.Errorf("%s is planned for %v, want %v", c.spec, storage.At(got.NextAt), c.want)
				}
			}
			return nil
		})
		later := next.Add(time.Hour)
		for i, want := range []bool{true, false} {
			write(t, s, func(tx *storage.Tx) error {
				mine, err := tx.AdvanceSchedule("weekly", next, later)
				if mine != want {
					t.Errorf("time %d is mine: %v, want %v", i+1, mine, want)
				}
				return err
			})
		}
		read(t, s, func(tx *storage.Tx) error {
			got, err := tx.FindSchedule("weekly")
			if got.NextAt != later.UnixMilli() || got.Spec != "@hourly" {
				t.Errorf("the schedule is %+v", got)
			}
			return err
		})
	})
}

func TestPhotoIsKeptOnceWithItsFiles(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		account := chat(t, s, "7").AccountID
		write(t, s, func(tx *storage.Tx) error {
			return errors.Join(
				tx.PutPhoto("aa", []byte{1, 0, 2}, noon), tx.PutPhoto("aa", []byte{3}, noon),
				tx.SetPhotoFile("bb", account, "file of no photo"),
				tx.SetPhotoFile("aa", account, "one"), tx.SetPhotoFile("aa", account, "two"),
			)
		})
		read(t, s, func(tx *storage.Tx) error {
			jpeg, err := tx.Photo("aa")
			if err != nil || string(jpeg) != "\x01\x00\x02" {
				t.Errorf("the photo is %v, %v", jpeg, err)
			}
			if _, err := tx.Photo("bb"); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("no photo gives %v", err)
			}
			for sha, want := range map[string]string{"aa": "two", "bb": ""} {
				if file, err := tx.PhotoFile(sha, account); err != nil || file != want {
					t.Errorf("the file of %s is %q, want %q: %v", sha, file, want, err)
				}
			}
			return nil
		})
		write(t, s, func(tx *storage.Tx) error { return tx.SetPhotoFile("aa", account, "") })
		read(t, s, func(tx *storage.Tx) error {
			file, err := tx.PhotoFile("aa", account)
			if file != "" {
				t.Errorf("a forgotten file is %q", file)
			}
			return err
		})
	})
}
