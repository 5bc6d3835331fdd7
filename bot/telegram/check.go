package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"github.com/buurtbode/buurtbode/messages"
)

// manyPending is a queue that a running bot works off in a minute; a longer one means that none was running.
const manyPending = 1000

// Check finds out whether the account is set up as it should be, for an operator who asks. It changes nothing and
// blocks for at most three small calls.
func (t *Telegram) Check(ctx context.Context) []messages.Finding {
	callCtx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	me, err := t.api.GetMe(callCtx)
	if err != nil {
		if tokenRefused(err) {
			return []messages.Finding{{Text: "Telegram refuses the token: get a new one from @BotFather"}}
		}
		return []messages.Finding{{Text: "Telegram can't be reached: " + t.plain(err).Error()}}
	}
	t.me.Store(me)
	out := []messages.Finding{{OK: true, Text: fmt.Sprintf("Telegram accepts the token; the bot is @%s", me.Username)}}
	if !me.CanJoinGroups {
		out = append(out, messages.Finding{Text: "the bot can't be added to groups: @BotFather, /setjoingroups, Enable"})
	}
	if me.CanReadAllGroupMessages {
		out = append(out, messages.Finding{OK: true, Text: "privacy mode is off: the bot sees everything said in its groups, " +
			"which it doesn't need: @BotFather, /setprivacy, Enable"})
	} else {
		out = append(out, messages.Finding{OK: true, Text: "privacy mode is on: in groups the bot sees commands, answers to it and buttons only, which is all it needs"})
	}
	out = append(out, messages.Finding{OK: true, Text: "a thumbs-up under an alert counts as passed on only in groups where the bot is an administrator; " +
		"the button works everywhere"})
	return append(out, t.checkWebhook(ctx)...)
}

// CheckChat finds out what the bot lacks in a group or channel, and says what to do about it; empty: nothing. It blocks for
// one small call.
func (t *Telegram) CheckChat(ctx context.Context, chat string, kind messages.ChatKind) string {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	me, err := t.identify(ctx)
	if err != nil {
		return "" // Check tells it
	}
	m, err := t.api.GetChatMember(ctx, &bot.GetChatMemberParams{ChatID: number(chat), UserID: me.ID})
	if err != nil {
		var refusal *apiError
		if err = t.plain(err); errors.As(err, &refusal) && refusal.says(saysGone...) {
			return "the bot is not in it any more: add it again"
		}
		return "what the bot may do there can't be found out: " + err.Error()
	}
	switch m.Type {
	case models.ChatMemberTypeLeft, models.ChatMemberTypeBanned:
		return "the bot is not in it any more: add it again"
	case models.ChatMemberTypeRestricted:
		if m.Restricted != nil && !m.Restricted.CanSendMessages {
			return "the bot may not write there: lift its restriction"
		}
	case models.ChatMemberTypeAdministrator:
		if kind == messages.Channel && m.Administrator != nil && !m.Administrator.CanPostMessages {
			return "the bot may not post there: give it the right to post messages"
		}
	case models.ChatMemberTypeMember:
		if kind == messages.Channel {
			return "the bot may not post there: make it an administrator with the right to post messages"
		}
	case models.ChatMemberTypeOwner:
	}
	return ""
}

func (t *Telegram) checkWebhook(ctx context.Context) []messages.Finding {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	info, err := t.api.GetWebhookInfo(ctx)
	if err != nil {
		return []messages.Finding{{Text: "whether a webhook is set can't be found out: " + t.plain(err).Error()}}
	}
	var out []messages.Finding
	switch {
	case t.hook != nil:
		out = append(out, t.checkHook(info))
	case info.URL != "":
		out = append(out, messages.Finding{Text: "a webhook is set (" + host(info.URL) + "): another program receives this bot's messages; it is removed when the bot starts"})
	}
	return append(out, messages.Finding{
		OK: info.PendingUpdateCount < manyPending, Text: fmt.Sprintf("%d messages wait to be fetched", info.PendingUpdateCount),
	})
}

// checkHook says how the webhook of the settings is doing.
func (t *Telegram) checkHook(info *models.WebhookInfo) messages.Finding {
	ours := host(t.hook.address)
	switch {
	case info.URL == "":
		return messages.Finding{OK: true, Text: "the webhook (" + ours + ") is not set yet; it is when the bot starts"}
	case info.URL != t.hook.address:
		return messages.Finding{Text: "the webhook is set elsewhere (" + host(info.URL) + "): another program receives this bot's messages; it is set to " + ours + " when the bot starts"}
	case info.LastErrorMessage != "":
		return messages.Finding{Text: "Telegram had trouble bringing messages to the webhook (" + ours + "), at the latest on " +
			time.Unix(int64(info.LastErrorDate), 0).UTC().Format("2 January 2006 15:04 MST") + ": " + t.http.redact(harmless(info.LastErrorMessage)) +
			"; look at the proxy in front of BUURTBODE_WEB"}
	}
	return messages.Finding{OK: true, Text: "Telegram brings the messages to the webhook (" + ours + ")"}
}

// dropWebhook removes a webhook that is set: with one, Telegram answers no getUpdates. Failing is no reason not to run.
func (t *Telegram) dropWebhook(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	info, err := t.api.GetWebhookInfo(ctx)
	if err != nil {
		t.log.Warn("asking for a webhook failed", "cause", t.plain(err))
		return
	}
	if info.URL == "" {
		return
	}
	if _, err := t.api.DeleteWebhook(ctx, &bot.DeleteWebhookParams{}); err != nil {
		t.log.Warn("removing the webhook failed", "cause", t.plain(err))
		return
	}
	t.log.Warn("a webhook was set and is removed: this program fetches the messages itself", "host", host(info.URL))
}

// host is the part of a webhook's address that is no secret.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "unknown address"
	}
	return u.Host
}
