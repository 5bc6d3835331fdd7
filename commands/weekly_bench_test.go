package commands_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/commands"
	"github.com/buurtbode/buurtbode/commands/commandstest"
	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// manyAreas gives a town areas, each with an admin group, an alert that went to it, and a note.
func manyAreas(town *commandstest.Town, n int) {
	town.T.Helper()
	m := storage.MunicipalityEntry{Name: "Veelwijk"}
	for i := range n {
		m.Areas = append(m.Areas, storage.AreaEntry{Name: fmt.Sprintf("Wijk %d", i+1)})
	}
	town.Write(func(tx *storage.Tx) error {
		if err := tx.Import(storage.Structure{Municipalities: []storage.MunicipalityEntry{m}}); err != nil {
			return err
		}
		found, err := tx.FindAreas("Veelwijk")
		if err != nil {
			return err
		}
		for _, a := range found {
			if err := fillArea(tx, a, town.Now); err != nil {
				return err
			}
		}
		return nil
	})
}

func fillArea(tx *storage.Tx, a storage.Area, now time.Time) error {
	c, err := tx.EnsureChat(messages.Address{Platform: "telegram", Account: "1000", Chat: fmt.Sprintf("-9%d", a.ID)}, messages.Group, a.Name, now)
	if err != nil {
		return err
	}
	if err := tx.LinkChat(c.ID, a.ID, "", now); err != nil {
		return err
	}
	alert, err := tx.AddAlert(storage.Alert{AreaID: a.ID, Kind: "prevention", What: "Sluit de ramen", Place: a.Name, Reach: "area", State: storage.AlertSent, CreatedAt: now.UnixMilli()})
	if err != nil {
		return err
	}
	if _, err := tx.Queue(storage.Delivery{Cause: alert.Cause(), ChatID: c.ID, Action: messages.Unbutton, Priority: storage.Campaign, CreatedAt: now.UnixMilli()}); err != nil {
		return err
	}
	_, err = tx.AddNote(storage.Note{Text: "Koffie in " + a.Name, CreatedAt: now.UnixMilli()}, []int64{a.ID})
	return err
}

func TestManyAreasGetTheirOwnSummaryOnce(t *testing.T) {
	town := commandstest.New(t)
	manyAreas(town, 450) // more than one transaction takes
	got := map[string]int{}
	for _, text := range summaries(town.ForwardTo(day(town, 5, 14, 9, 0))) {
		got[text]++
	}
	for text, n := range got {
		if n != 1 {
			t.Errorf("%d times: %s", n, text)
		}
	}
	if len(got) != 450 {
		t.Errorf("%d different summaries for 450 areas", len(got))
	}
}

// BenchmarkWeekly posts the summaries of ten thousand areas, each with an alert and a note; and says what the longest
// transaction took, for which others wait.
func BenchmarkWeekly(b *testing.B) {
	for name, config := range map[string]func(testing.TB) storage.Config{"sqlite": storagetest.SQLite, "postgres": storagetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				town := commandstest.On(b, storagetest.Open(b, config(b)))
				manyAreas(town, 10_000)
				town.ForwardTo(day(town, 5, 14, 8, 59))
				town.Now = day(town, 5, 14, 9, 0)
				b.StartTimer()
				b.ReportMetric(postAll(b, town).Seconds(), "s-longest-transaction")
			}
		})
	}
}

// postAll runs the summary's job until nothing is due, and gives what its longest transaction took.
func postAll(b *testing.B, town *commandstest.Town) (longest time.Duration) {
	b.Helper()
	jobs := town.Engine.Jobs()
	job := jobs[slices.IndexFunc(jobs, func(j commands.Job) bool { return j.Name == "weekly" })]
	for due := true; due; {
		before := b.Elapsed()
		town.Write(func(tx *storage.Tx) error {
			if err := job.Run(context.Background(), tx, town.Now); err != nil {
				return err
			}
			next, err := job.Next(tx, town.Now)
			due = !next.After(town.Now)
			return err
		})
		longest = max(longest, b.Elapsed()-before)
	}
	return longest
}
