//go:build !race

package bot_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/buurtbode/buurtbode/bot/telegram/telegramtest"
	"github.com/buurtbode/buurtbode/storage"
	"github.com/buurtbode/buurtbode/storage/storagetest"
)

// Killed before a reminder is due, and again once it was sent, the program reminds once.
func TestAReminderSurvivesAKillAndComesOnce(t *testing.T) {
	t.Setenv("BUURTBODE_REMIND_AFTER", "2s")
	t.Setenv("BUURTBODE_REMIND_EVERY", "12h")
	program := build(t)
	cfg := storagetest.SQLite(t)
	telegram := telegramtest.New(t)
	call := func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), program, args...)
		cmd.Env = append(os.Environ(), "BUURTBODE_DATABASE="+cfg.Database)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		return strings.TrimSpace(string(out))
	}
	call("import", "sample")
	ria, hans := telegram.Person("Ria"), telegram.Person("Hans")
	p := launch(t, program, cfg, telegram)
	for _, who := range []*telegramtest.Person{ria, hans} {
		who.Says("/activate " + call("invite", "officer", "--area", "Lisse"))
		who.Hears("wijkagent", "Lisse")
	}
	group := telegram.Supergroup("Beheerders Lisse").Join(ria)
	group.AddBot()
	ria.SaysIn(group, "/koppel Lisse")
	group.Hears("beheerdersgroep", "Lisse")
	ria.Says("/afwezig over 2 weken; Hans")
	hans.Hears("Ria is afwezig")
	ria.Says("/melding vermist; Jongen van 6 vermist; Kerkplein; nu; blauwe jas; ; 1; 1")
	group.Hears("Jongen van 6")

	p.signal(os.Kill)
	p.ends(-1)
	p = launch(t, program, cfg, telegram)
	hans.Hears("wacht nog op terugkoppeling", "Ria is afwezig")
	kept(t, cfg) // what becomes of a send whose outcome nobody knows is another matter: it is repeated
	p.signal(os.Kill)
	p.ends(-1)
	p = launch(t, program, cfg, telegram)
	hans.Says("/openstaand")
	hans.Hears("1 melding")
	if heard := joined(hans.Messages()); strings.Count(heard, "Deze melding wacht nog op terugkoppeling") != 1 {
		t.Errorf("Hans heard:\n%s", heard)
	}
	if heard := joined(ria.Messages()); strings.Contains(heard, "wacht nog op terugkoppeling") {
		t.Errorf("Ria heard:\n%s", heard)
	}
	p.signal(syscall.SIGTERM)
	p.ends(0)
}

// kept waits until the database has that the first reminder was sent.
func kept(t *testing.T, cfg storage.Config) {
	t.Helper()
	s := storagetest.Open(t, cfg)
	sent := false
	for begun := time.Now(); !sent; time.Sleep(5 * time.Millisecond) {
		if time.Since(begun) > patience {
			t.Fatal("the reminder is never known as sent")
		}
		err := s.Read(context.Background(), func(tx *storage.Tx) error {
			for person := range 10 {
				states, err := tx.Delivered(fmt.Sprintf("remind:1:1:%d", person))
				if err != nil {
					return err
				}
				sent = sent || states[storage.SentState] > 0
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
