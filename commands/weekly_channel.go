package commands

import (
	"slices"
	"strings"
	"time"

	"github.com/buurtbode/buurtbode/messages"
	"github.com/buurtbode/buurtbode/storage"
)

// wantInChannel says whether the summaries of areas go to the channels of these areas as well. In a channel everybody
// reads them, so they come there only where an officer wants that.
func (t *Turn) wantInChannel(hosts []storage.Area, wanted bool) error {
	own, err := t.AreaIDs(RunWeekly)
	if err != nil {
		return err
	}
	readBy, err := t.Tx.Hosts()
	if err != nil {
		return err
	}
	ids := idsOf(hosts)
	own = slices.DeleteFunc(own, func(area int64) bool { return !slices.Contains(ids, readBy[area]) })
	channels, err := t.Tx.WantSummary(own, wanted)
	if err != nil {
		return err
	}
	values := messages.V{"Count": len(channels), "Names": chatTitles(channels)}
	if len(channels) == 0 {
		return messages.Refuse("weekly.nochannel", messages.V{"Count": len(hosts), "Names": listed(fullNames(hosts))})
	}
	host := int64(0)
	if len(hosts) == 1 {
		host = hosts[0].ID
	}
	said, option := messages.S("weekly.channel.on", values), messages.Option{
		Label: messages.S("weekly.channel.stop"), Data: summaryData(verbNoChannel, host, time.Time{}),
	}
	if !wanted {
		said, option = messages.S("weekly.channel.off", values), messages.Option{
			Label: messages.S("weekly.channel.start"), Data: summaryData(verbChannel, host, time.Time{}),
		}
	}
	return t.Reply(messages.Paragraphs(said).With(option))
}

// chatTitles are the titles of chats, as in a sentence.
func chatTitles(chats []storage.Chat) messages.Say {
	titles := make([]string, len(chats))
	for i, c := range chats {
		titles[i] = strings.TrimSpace(c.Title)
	}
	return listed(titles)
}
