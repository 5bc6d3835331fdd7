package whatsapp_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"go.mau.fi/whatsmeow/store"

	"github.com/buurtbode/buurtbode/bot/whatsapp"
	"github.com/buurtbode/buurtbode/bot/whatsapp/whatsapptest"
	"github.com/buurtbode/buurtbode/messages"
)

// When WhatsApp turns the version away that the library has, the bot can say that it is another one.
func TestVersionThatTheOperatorSets(t *testing.T) {
	r := newRig(t)
	own := store.GetWAVersion()
	t.Cleanup(func() {
		store.SetWAVersion(own)
		store.BaseClientPayload.UserAgent.AppVersion = own.ProtoAppVersion()
	})
	r.server.Oldest(own[0], own[1], own[2]+1)
	run := func(version string, sends bool) error {
		w, err := whatsapp.New(t.Context(), whatsapp.Config{Store: r.store, Server: at(r.server), Version: version})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		ended := make(chan error, 1)
		go func() { ended <- w.Run(ctx, func(context.Context, messages.Inbound) error { return nil }) }()
		if sends {
			m := to(r.server.Group("Beheerders", whatsapptest.Member(botsNumber), whatsapptest.Crowd(1)), messages.Group, key(1), "hallo")
			if _, err := w.Send(ctx, m); err != nil {
				t.Error(err)
			}
			stop()
		}
		return <-ended
	}
	var ended *whatsapp.Ended
	if err := run("", false); !errors.As(err, &ended) || !strings.Contains(ended.Advice, "BUURTBODE_WHATSAPP_VERSION") {
		t.Errorf("an old version ends with %v", err)
	}
	newer := store.WAVersionContainer{own[0], own[1], own[2] + 1}.String()
	if err := run(newer, true); err != nil {
		t.Errorf("a newer version ends with %v", err)
	}
	if _, err := whatsapp.New(t.Context(), whatsapp.Config{Store: r.store, Version: "two"}); err == nil {
		t.Error("two is a version")
	}
}
