/* SPDX-License-Identifier: MIT */
/* What a run says, in Chinese: steps, checks, results, and the words of the ladder. In a pattern's
   words $1 is a part as it is, {1} a part that is translated, and {1;} or {1,} a list whose items
   are. Names of functions, states, sockets and hosts stay, as in the glossary. */
'use strict';
(() => {
/* Rows of tables, as a step or a check has them. */
const rows = (text) => text
  .replace(/^shows exactly no row/, '没有任何一行').replace(/^shows exactly (\d+) rows?: /, '恰有 $1 行：')
  .replace(/^shows at least (\d+) rows?: /, '至少有 $1 行：').replace(/^(\d+) rows?: /, '$1 行：')
  .replace(/^no row$/, '没有任何一行').replace(/\bshows no row that matches /g, '没有匹配 ').replace('] or [', '] 或 [')
  .replace(/\bdoes not show /g, '不含 ').replace(/\bshows at least /g, '至少有 ').replace(/\bshows /g, '含 ')
  .replace(/, and (?=不含|没有)/g, '，且').replace(/(listeners|bound|ehash) empty/g, '$1 为空')
  .replace(/\bmissing: (?=\[)/g, '缺少：').replace(/(?:, |\b)unexpected: (?=\[)/g, '；多出：').replace(/；；/g, '；')
  .replace(/\bunnamed /g, '未命名的 ').replace(/ has \[/g, ' 含 [').replace(/ lacks \[/g, ' 不含 [').replace(/any socket/g, '任意套接字')
  .replace(/, (?=(listeners|bound|ehash) )/g, '，').replace(/\blocal /g, '本地 ').replace(/\bremote /g, '远端 ')
  .replace(/\baccept queue /g, '全连接队列 ')
  .replace(/\b(?:kind|role) (\w+)/g, (all, word) => `${all.startsWith('kind') ? '种类' : '角色'}${{ full: '完整套接字',
    request: '请求套接字', timewait: ' TIME-WAIT', nothing: '只绑定', listening: '监听', connected: '已连接' }[word] ?? ` ${word}`}`)
  .replace(/, (?=种类|角色|本地|远端|全连接|[A-Z])/g, '，').replaceAll('; ', '；');
/* The field in which a segment differs. */
const field = (name) => ({ flags: '标志位', 'sequence number': '序列号', 'acknowledgment number': '确认号', length: '长度',
  window: '窗口', data: '数据', source: '源', destination: '目的', checksum: '校验和', 'options': '选项' })[name] ?? name;
/* "the scenario's socket srv (pid 5, fd 3)" */
const holder = (text) => text.replace(/^the scenario's socket (\S+)/, '场景的套接字 $1').replace(/ \(pid (\d+), fd (\d+)\)/, '（pid $1，fd $2）');
/* What follows the counts of a run's verdict. */
const rest = (text, say) => text.replace(/, (\d+) steps? skipped/g, '，跳过 $1 个步骤')
  .replace(/; ended early: (.*)/, (all, why) => `；提前结束：${say(why)}`)
  .replace(/; not played to the end: (.*)/, (all, why) => `；没有运行到底：${say(why)}`)
  .replace(/ ?\((.*)\)/, (all, why) => `（${say(why)}）`);
/* Parts of which each may be known; null: none is. */
const parts = (between, joint) => ([text], say) => {
  const given = text.split(between), said = given.map(say);
  return said.some((each, index) => each !== given[index]) ? said.join(joint) : null;
};

Object.assign(lab.chinese.words, {
  /* Steps */
  'no segment was sent twice': '没有报文段被重复发送',
  'no socket counts a retransmission': '没有套接字发生过重传',
  'no event': '没有事件', 'not answered': '没有应答', 'no answer': '没有应答', 'the end': '流的结束', 'nothing': '只绑定', 'listening': '监听', 'connected': '已连接',
  'readable': '可读', 'writable': '可写', 'closed': '被关闭', 'any socket': '任意套接字',
  'every segment': '每个报文段', 'none': '无',
  /* Results */
  'timed out': '超时', 'killed': '被终止', 'they do': '一致', 'it does not': '没有', 'it did': '如预期',
  'both found the same': '两者找到的相同', 'it shows no row': '没有任何一行', 'no row': '没有任何一行',
  'no result before the deadline': '期限内没有结果', 'success': '成功', 'saw success': '成功', 'an errno': '失败',
  'nothing more was seen': '之后没有看到任何报文段', 'saw nothing more': '之后没有看到任何报文段',
  'no socket was found': '没有找到套接字', 'it has not ended': '它还没有结束', 'it printed nothing': '它没有输出',
  'each was sent once': '每个都只发送了一次', 'the answer has no such step': '回答里没有这一步',
  'they found different sockets': '两者找到的套接字不同', 'no segment was seen': '没有看到报文段',
  'the program starts': '程序启动', 'it has none': '没有任何选项',
  /* The ladder */
  'hit': '命中', 'miss': '未命中', 'skipped': '没有查', 'held': '扣留', 'held to the end': '一直扣留', 'sent again': '重传', 'injected': '注入',
  'not seen leaving': '没有看到它发出', 'not seen arriving': '没有看到它到达', 'no interface saw it leave': '没有接口看到它发出',
  'dropped on arrival': '到达时被丢弃', 'goes no further': '到此为止', 'no packet captured': '没有抓到分组',
  'does not arrive': '没有到达', 'dropped': '丢弃', 'simultaneous open': '同时打开', 'self-connect': '自连接',
  'the socket': '套接字', 'a socket': '一个套接字', 'the request socket': '请求套接字',
  'the socket in TIME-WAIT': 'TIME-WAIT 套接字', 'the child': '子套接字',
  'No packet was captured.': '没有抓到任何分组。',
  'The capture lost packets: what is missing here proves nothing.': '抓包有丢失：这里没有的报文段，不能说明它没有出现。',
  'the capture lost packets: absence proves nothing': '抓包有丢失：没有看到，不能说明没有',
  'completes the handshake, the child socket is made': '完成握手，创建子套接字',
  'the child socket is made, in SYN-RECEIVED': '创建子套接字，状态为 SYN-RECEIVED',
  'answered with an ACK from TIME-WAIT': 'TIME-WAIT 以 ACK 应答',
  'a new connection in the place of TIME-WAIT': '新连接取代了 TIME-WAIT',
  'answered with RST from TIME-WAIT': 'TIME-WAIT 以 RST 应答', 'dropped in TIME-WAIT': '在 TIME-WAIT 被丢弃',
  'request': '请求套接字', 'timewait': 'TIME-WAIT', 'no-socket': '没有套接字', 'sends nothing': '不发送任何报文',
  'from the backlog': '来自 backlog', 'ok': '成功', 'child': '子套接字', 'cookie': 'SYN cookie', 'none left': '一个不剩',
  'reset': 'RST', 'listener': '监听套接字', 'icmp-error': 'ICMP 差错', 'accept-queue-full': '全连接队列已满',
  'time-wait': 'TIME-WAIT', 'other': '其他', 'early-demux': '早期分用', 'exact': '确切地址', 'wildcard': '通配地址',
  /* Why not */
  'the witness was not asked': '没有询问该观测来源', 'no snapshot was taken': '没有读取快照',
  'no step before read the tables of the host': '此前没有步骤读过该主机的表',
  'tcp_lookup.ko is not loaded in this kernel': '此内核没有加载 tcp_lookup.ko',
  'tcp_lookup.ko is not loaded in this kernel, and the lab never loads it here':
    '此内核没有加载 tcp_lookup.ko，本实验也从不在这里加载它',
  'sockets that hold the port': '占用此端口的套接字', 'the report names no host of this step': '报告没有写明这一步的主机',
  'it is not traced': '没有跟踪它',
  'it is not loaded in this kernel': '此内核没有加载它', 'not loaded': '未加载',
  'the tables changed during every read, so they could not be compared': '每次读取期间表都在变化，所以无法比较',
  'the trace has no events of this arrival': '跟踪里没有这次到达的事件',
  'the trace shows no lookup for this segment': '跟踪里没有这个报文段的查找',
  'ran until the scenario ended': '运行到场景结束', 'lo only': '只有 lo', 'no stack': '没有协议栈',
  'neighbour queue': '邻居队列',
  /* Why a step waits or is not played */
  '6.5 introduced it, with a default of 4': '6.5 引入，默认值为 4',
  'A rule with the expression tproxy chooses the socket.': '由带有 tproxy 表达式的规则选择套接字。',
  'The server has an interface in a VRF.': '服务器有一个接口在 VRF 里。',
  'an nftables rule drops the SYN': 'nftables 规则丢弃 SYN', 'an nftables rule drops the reset': 'nftables 规则丢弃 RST',
  'newer ones accept the SYN-ACK': '更新的内核接受这个 SYN-ACK', 'older ones drop the SYN-ACK': '更旧的内核丢弃这个 SYN-ACK',
  'older ones drop the SYN-ACK (commit 23e89e8ee7be)': '更旧的内核丢弃这个 SYN-ACK（提交 23e89e8ee7be）',
  'newer ones challenge a number that is not the next one': '更新的内核对不是下一个的序列号发送挑战 ACK',
  'older ones end the request for any number in the window': '更旧的内核只要序列号在窗口内就结束请求',
  'older ones send FIN in shutdown() (commit 94062790aedb)': '更旧的内核在 shutdown() 里就发送 FIN（提交 94062790aedb）',
  'reuseport_migrate_sock() came with 5.14': 'reuseport_migrate_sock() 自 5.14 起才有',
  'tcp_syn_linear_timeouts came with 6.5': 'tcp_syn_linear_timeouts 自 6.5 起才有',
  'tcp_v4_fill_cb() cleared tcp_tw_isn before commit 41eecbd712b7': '提交 41eecbd712b7 之前，tcp_v4_fill_cb() 会清除 tcp_tw_isn',
  'the NATs are rules of nftables': 'NAT 由 nftables 规则实现', 'the NATs record connections in it': 'NAT 在其中记录连接',
  'the firewall uses nftables': '防火墙使用 nftables', 'the firewalls are rules of nftables': '防火墙由 nftables 规则实现',
  'the firewalls record connections in it': '防火墙在其中记录连接',
  'whether an idle connection sends something is known only after the shortest retransmission timeout, 200 ms':
    '空闲的连接是否发送报文，要等最短的重传超时（200 ms）过后才知道',
  /* Predictions */
  'it succeeds': '成功', 'another error': '其他错误', 'not searched': '没有查', 'none of these': '都不是', 'others': '其他',
});
lab.chinese.patterns.push(
  /* --- what stands at either end of many texts --- */
  [/^(\S.*): (PASS|FAIL|NOT OBSERVED), (\d+) checks? passed, (\d+) failed, (\d+) not observed(.*)$/,
    (found, say) => `${found[1]}：${{ PASS: '通过', FAIL: '失败', 'NOT OBSERVED': '未观测到' }[found[2]]}，` +
      `${found[3]} 项检查通过，${found[4]} 项失败，${found[5]} 项未观测到${rest(found[6], say)}`],
  [/^(.+); still so at the deadline, after (\d+) ms$/, '{1}；到 $2 ms 的期限时仍然如此'],
  [/^(.*); all that was seen: (.*)$/, '{1}；看到的全部：$2'],
  [/^The run ended early: (.*)$/, '运行提前结束：{1}'], [/^step (\d+) failed: (.*)$/, '步骤 $1 失败：{2}'],
  [/^, step (\d+): (.*)$/, '，步骤 $1：{2}'],
  [/^.* · .*$/, parts(' · ', ' · ')],
  [/^.*; .*$/, ([text], say) => {  /* steps that stand together */
    const given = text.split('; '), said = given.map(say);
    return said.every((each, index) => each !== given[index]) ? said.join('；') : null;
  }],
  [/^(module|trace|packets|sock_diag|socket|program): (.+)$/, '$1：{2}'],
  [/^(.+), expecting an errno$/, '{1}，预期失败'],
  [/^(.+), expecting (\S+)$/, '{1}，预期 $2'],
  [/^expected: (.*)$/, '预期：{1}'], [/^seen: (.*)$/, '实际：{1}'], [/^skipped: (.*)$/, '跳过：{1}'],
  [/^not observed: (.*)$/, '未观测到：{1}'],
  [/^(\S+) was not asked$/, '没有询问 $1'],

  /* --- steps --- */
  [/^(\d+(?:-\d+)?): (\d+) steps? that prepares?$/, '$1：$2 个准备步骤'],
  [/^ping (\S+) from (\S+)$/, '从 $2 ping $1'],
  [/^flush the firewall of (\S+)$/, '清空 $1 的防火墙'],
  [/^add rules to the firewall of (\S+)$/, '给 $1 的防火墙添加规则'],
  [/^sysctl on (\S+): (.*)$/, '在 $1 上设置 sysctl：$2'],
  [/^set (\S+:\S+) up$/, '启用 $1'], [/^set (\S+:\S+) down$/, '停用 $1'],
  [/^hold what (\S+) sends$/, '扣留 $1 发送的报文'],
  [/^mark what (\S+) holds so far$/, '在 $1 目前扣留的报文之后做标记'],
  [/^release what (\S+) holds up to the mark$/, '放行 $1 扣留的报文，直到标记'],
  [/^release all that (\S+) holds$/, '放行 $1 扣留的全部报文'],
  [/^open socket (\S+) on ([^\s,]+)$/, '在 $2 上创建套接字 $1'],
  [/^open socket (\S+) on ([^\s,]+), (.*)$/, '在 $2 上创建套接字 $1：$3'],
  [/^bind (\S+) to (\S+)$/, '把 $1 绑定到 $2'],
  [/^listen on (\S+), backlog (\d+)$/, '$1 开始监听，backlog 为 $2'],
  [/^connect (\S+) to AF_UNSPEC$/, '$1 连接 AF_UNSPEC（断开）'],
  [/^connect (\S+) to (\S+) with (".*") without waiting$/, '$1 连接 $2，随 SYN 发送 $3，不等待结果'],
  [/^connect (\S+) to (\S+) with (".*")$/, '$1 连接 $2，随 SYN 发送 $3'],
  [/^connect (\S+) to (\S+) without waiting$/, '$1 连接 $2，不等待结果'],
  [/^connect (\S+) to (\S+)$/, '$1 连接 $2'],
  [/^wait for the outcome of (\S+)'s connect$/, '等待 $1 的 connect 的结果'],
  [/^accept (\S+) from (\S+ or .+)$/, (found) => `从 ${found[2].split(' or ').join('、')} 之一接受连接 ${found[1]}`],
  [/^accept (\S+) from (\S+)$/, '从 $2 接受连接 $1'],
  [/^accept from (.+)$/, '在 $1 上 accept'],
  [/^shut (\S+) down, read$/, '关闭 $1 的读方向'], [/^shut (\S+) down, write$/, '关闭 $1 的写方向'],
  [/^shut (\S+) down, both$/, '关闭 $1 的读写两个方向'],
  [/^close (\S+)$/, '关闭 $1'], [/^abort (\S+)$/, '以 RST 中止 $1'],
  [/^set (\S+) of (\S+) to (\S+)$/, '把 $2 的 $1 设为 $3'],
  [/^send (SIG\w+) to (\S+)$/, '向 $2 发送 $1'],
  [/^send (.+?) on (\S+?)( without waiting)?((?:, MSG_\S+(?: MSG_\S+)*)?)(, \d+ accepted)?$/,
    (found, say) => `在 ${found[2]} 上发送 ${say(found[1])}${found[3] ? '，不等待' : ''}${found[4].replace(', ', '，')}` +
      (found[5] ? `，接受 ${found[5].match(/\d+/)} 字节` : '')],
  [/^receive the end on (\S+?)(, MSG_.*)?$/, '在 $1 上收到流的结束$2'],
  [/^receive nothing on (\S+?)(, MSG_.*)?$/, '在 $1 上什么也收不到$2'],
  [/^receive (.+?) on (\S+?)(, MSG_.*)?$/, '在 $2 上接收 {1}$3'],
  [/^transfer (\d+) bytes from (\S+) to (\S+)$/, '从 $2 向 $3 传输 $1 字节'],
  [/^(\S+) is ((?:[A-Z][A-Z0-9-]+|(?:no )?[a-z-]+|retransmissions \d+|unacknowledged \d+|tcpi_\w+ .*?)(?:, .*)?)$/, (found) =>
    `${found[1]} 的 TCP_INFO：${found[2].replace(/, /g, '，').replace(/\bno (?=[a-z])/g, '没有 ')
      .replace(/retransmissions (\d+)/, '重传 $1 次').replace(/unacknowledged (\d+)/, '未确认 $1 个')}`],
  [/^(".*"(?:\.\.\.)?) \((\d+) bytes\)$/, '$1（$2 字节）'],
  [/^(\d+) bytes$/, '$1 字节'],
  [/^run (.+) on (\S+) in the background$/, '在 $2 的后台运行 $1'],
  [/^run (.+) on (\S+)$/, '在 $2 上运行 $1'],
  [/^wait for the drops at (\S+)$/, '等待 $1 处的丢弃'],
  [/^wait for the end of (\S+)$/, '等待 $1 结束'],
  [/^wait until (\S+) says (.+)$/, '等待 $1 输出 {2}'],
  [/^wait until (\S+) is (\S+)$/, '等待 $1 {2}'],
  [/^wait (\d+) ms$/, '等待 $1 ms'], [/^wait (\d+) ms: (.*)$/, '等待 $1 ms：{2}'],
  [/^poll of (\S+) reports (.+) without (.+)$/, '$1 的 poll 报告 {2}，且没有 $3'],
  [/^poll of (\S+) reports (.+)$/, '$1 的 poll 报告 {2}'],
  [/^poll of (\S+)$/, '$1 的 poll'],
  [/^drop the next (\d+) of (.+) at (\S+)$/, '丢弃接下来到达 $3 的 $1 个 $2'],
  [/^drop the next (.+) at (\S+)$/, '丢弃下一个到达 $2 的 $1'],
  [/^inject icmp (.+) about (.+) from (\S+)$/, '从 $3 注入关于 $2 的 ICMP $1'],
  [/^inject (.+) with (".*"(?:\.\.\. \(\d+ bytes\))?|\d+ bytes) from (\S+)$/, '从 $3 注入 $1，数据为 {2}'],
  [/^inject (.+) from (\S+)$/, '从 $2 注入 $1'],
  [/^let (\$\S+) be the (\S+) of last (.+) at (\S+)$/, '令 $1 为 $4 上最后一个 $3 的 $2'],
  [/^let (\$\S+) be the (\S+) of (\S+)$/, '令 $1 为 $3 的 $2'],
  [/^observe (.+)$/, (found) => `观测 ${found[1].split(' and ').join('、')}`],
  [/^look up (\S+ > \S+) on (\S+)$/, '在 $2 上查找 $1'],
  [/^tables of (.+?)(?: by (\S+))?(?:: (.*))?$/, (found, say) =>
    `${found[1].split(' and ').join('、')} 的表${found[2] ? `（来自 ${found[2]}）` : ''}${found[3] ? `：${rows(found[3])}` : ''}`],
  [/^packets at (\S+) (are|begin|go on|have): (.*?)(?: never: (.*))?$/, (found, say) =>
    `${found[1]} 处的报文${{ are: '恰为', begin: '开头为', 'go on': '接下来为', have: '包含' }[found[2]]}：${say(found[3])}` +
      (found[4] ? `；绝无：${found[4]}` : '')],
  [/^packets at (\S+) never: (.*)$/, '$1 处的报文绝无：$2'],
  [/^packets at (\S+)$/, '$1 处的报文'],
  [/^path of (.+?) on ([^\s:]+)$/, '{1} 在 $2 上的路径'],
  [/^path of (.+?) on ([^\s:]+): (.*)$/, '{1} 在 $2 上的路径：{3,}'],
  [/^(.+), which blocks$/, '$1，阻塞'],
  [/^([a-z_0-9]+\(.*\)) returns$/, '$1 返回'],

  /* --- checks --- */
  [/^the witnesses agree on (\S+)$/, '各观测来源对 $1 的说法一致'],
  [/^the module and sock_diag show the same tables on (\S+)$/, '模块和 sock_diag 显示的 $1 的表相同'],
  [/^the tables of (\S+)$/, '$1 的表'],
  [/^(listeners|bound|ehash) on (\S+) is empty$/, '$2 的 $1 为空'],
  [/^(listeners|bound|ehash) on (\S+) shows exactly no row$/, '$2 的 $1 没有任何一行'],
  [/^(listeners|bound|ehash) on (\S+) (shows .*|does not show .*)$/, (found) => `${found[2]} 的 ${found[1]} ${rows(found[3])}`],
  [/^it shows (.*)$/, (found) => `显示 ${rows(found[1])}`],
  [/^lookup on (\S+): the module's walk agrees with the kernel's functions$/, '在 $1 上查找：模块的查找过程与内核函数一致'],
  [/^lookup on (\S+): verdict (\S+)$/, '在 $1 上查找：结局为 $2'],
  [/^lookup on (\S+): (ehash|exact|wildcard) (\S+)$/, '在 $1 上查找：{2}{3}'],
  [/^lookup on (\S+) finds a socket in (\S+)$/, '在 $1 上查找：找到的套接字处于 $2'],
  [/^lookup on (\S+) finds (\S+)$/, '在 $1 上查找：找到 $2'],
  [/^the step (\S+) says (\S+)$/, '$1 一步：{2}'], [/^it says skipped$/, '没有查'],
  [/^found is (.+)$/, '找到的是 $1'], [/^it finds (\S+)$/, '找到 $1'],
  [/^the module's own walk finds what (\S+) and the listener lookup find$/, '模块自己的查找过程与 $1 和监听套接字查找的结果相同'],
  [/^it says (hit|miss|skipped), (\d+) walked in bucket (\d+)$/, '{1}，在桶 $3 中比较了 $2 个'],
  [/^the verdict is (\S+)$/, '结局为 $1'], [/^it is (\S+), by (\S+)$/, '是 $1，由 $2 得出'],
  [/^it finds a socket in (\S+)$/, '找到的套接字处于 $1'], [/^it is in (\S+)$/, '处于 $1'],
  [/^(\S+) saw exactly: (.*)$/, '$1 恰好看到：{2}'],
  [/^(\S+) saw first: (.*)$/, '$1 最先看到：{2}'],
  [/^(\S+) saw next: (.*)$/, '$1 接下来看到：{2}'],
  [/^(\S+) saw among others: (.*)$/, '$1 看到的报文包含：{2}'],
  [/^(\S+) never saw: (.*)$/, '$1 从未看到：{2}'],
  [/^(\S+) saw nothing more$/, '$1 之后没有看到任何报文段'],
  [/^(\S+) sees these segments and no others?: (.*)$/, '$1 恰好看到：{2}'],
  [/^(\S+) sees these segments first: (.*)$/, '$1 最先看到：{2}'],
  [/^(\S+) sees these segments in this order, possibly with others in between: (.*)$/, '$1 依次看到，中间可以有其他的：{2}'],
  [/^segment (\d+): expected (.*), nothing more was seen$/, '报文段 $1：预期 $2，之后没有看到任何报文段'],
  [/^segment (\d+), ([^:]+): expected (.*), saw (.*) \((.*) instead of (.*)\)$/,
    (found, say) => `报文段 ${found[1]}（${field(found[2])}）：预期 ${found[3]}，看到 ${found[4]}（${found[5]}，而不是 ${found[6]}）`],
  [/^segment (\d+), ([^:]+): expected (.*), saw (.*)$/,
    (found) => `报文段 ${found[1]}（${field(found[2])}）：预期 ${found[3]}，看到 ${found[4]}`],
  [/^segment (\d+): expected no more, saw (.*)$/, '报文段 $1：预期没有了，看到 $2'],
  [/^path on (\S+): saw (.+)$/, '$1 上的路径：看到 {2}'],
  [/^path on (\S+): (.+)$/, '$1 上的路径：{2}'],
  [/^(\S+) (ends with exit status|exits with) (\S+)$/, '$1 以退出状态 $3 结束'],
  [/^(\S+) says exactly (.+)$/, '$1 恰好输出 {2}'], [/^(\S+) says (".+)$/, '$1 输出 {2}'],
  [/^(\S+) is running$/, '$1 正在运行'], [/^(SIG\w+) ends it$/, '$1 使它结束'],
  [/^(\S+) is in ([A-Z][-A-Z0-9]+)$/, '$1 处于 $2'],
  [/^(\S+) (has|lacks) (\S+)$/, (found) => `${found[1]} ${found[2] === 'has' ? '启用了' : '没有启用'} ${found[3]}`],
  [/^(\S+) counts (\d+) (retransmission|unacknowledged segment)s?$/, (found) =>
    `${found[1]} 计有 ${found[2]} ${found[3][0] === 'r' ? '次重传' : '个未确认的报文段'}`],
  [/^(tcpi_\S+) of (\S+) is (.+)$/, '$2 的 $1 为 $3'],
  [/^(\S+\(\)) expected (.+)$/, '$1，预期{2}'], [/^ping expected (.+)$/, 'ping，预期{1}'],
  [/^([A-Z][A-Z0-9_]+) of (\S+) is (.+)$/, '$2 的 $1 为 $3'],
  [/^([A-Z][A-Z0-9_]+) of (\S+)$/, '$2 的 $1'],
  [/^(\S+) sees (.*)$/, '$1 看到 $2'],
  [/^success \((.*)\)$/, '成功（{1}）'], [/^saw success \((.*)\)$/, '成功（{1}）'],
  [/^saw (.*)$/, '看到 {1}'],
  [/^tcpi_total_retrans is 0 on every socket in ehash$/, 'ehash 里每个套接字的 tcpi_total_retrans 都为 0'],
  [/^it is 0 on (\d+) sockets?$/, '$1 个套接字上都为 0'],
  [/^(\S+\(\)) returns (.+)$/, '$1 返回 $2'],

  /* --- why a connect failed --- */
  [/^port (\d+) is bound by (.+), which has not called listen\(\)(?:; besides, it is bound to (\S+), which is not what this SYN is for)?$/,
    (found) => `端口 ${found[1]} 由${holder(found[2])}绑定，但它没有调用 listen()` +
      (found[3] ? `；而且它绑定在 ${found[3]}，并不是这个 SYN 的目的地址` : '')],
  [/^nobody listens on port (\d+) in this network namespace(?: \(.*\))?$/, '在这个网络命名空间里，没有套接字监听端口 $1'],
  [/^nobody has port (\d+) in (?:.*): no socket listens on it or is bound to it$/, '没有套接字监听或绑定端口 $1'],
  [/^(.+) listens on (\S+), for IPv4 only, and this SYN is IPv6$/, (found) => `${holder(found[1])}只为 IPv4 监听 ${found[2]}，而这个 SYN 是 IPv6 的`],
  [/^(.+) listens on (\S+) with IPV6_V6ONLY, and this SYN is IPv4$/, (found) => `${holder(found[1])}监听 ${found[2]}，并设了 IPV6_V6ONLY，而这个 SYN 是 IPv4 的`],
  [/^(.+) listens on (\S+), an IPv6 address, and this SYN is IPv4$/, (found) => `${holder(found[1])}监听 IPv6 地址 ${found[2]}，而这个 SYN 是 IPv4 的`],
  [/^(.+) listens on (\S+) \(SO_BINDTODEVICE\), and this SYN comes in on (.+)$/,
    (found) => `${holder(found[1])}只监听接口 ${found[2]}（SO_BINDTODEVICE），而这个 SYN 从 ${found[3]} 进来`],
  [/^(.+) listens on (\S+), and this SYN is for (\S+)$/, (found) => `${holder(found[1])}监听的是 ${found[2]}，而这个 SYN 的目的是 ${found[3]}`],
  [/^(.+) listens on (\S+), but its accept queue is full: (\d+) connections? waits? for accept\(\), and SYNs are dropped when more than (\d+) do; .*$/,
    (found) => `${holder(found[1])}监听 ${found[2]}，但它的全连接队列已满：${found[3]} 个连接在等待 accept()，超过 ${found[4]} 个时丢弃 SYN；` +
      '客户端会重试，直到超时'],
  [/^(.+) listens on (\S+), but its request queue is full \((\d+) handshakes wait for their last ACK\) and SYN cookies are off: .*$/,
    (found) => `${holder(found[1])}监听 ${found[2]}，但它的半连接队列已满（${found[3]} 个握手在等待最后的 ACK），又关闭了 SYN cookie：丢弃该 SYN`],
  [/^no SYN was captured$/, '没有抓到 SYN'],

  /* --- the way of a segment --- */
  [/^(.+) on (\S+) (?:reaches|comes to) (.+), after (.+)$/, '$2 上的 {1} 在 {4} 之后经过 {3}'],
  [/^(.+) on (\S+) (?:reaches|comes to) (.+)$/, '$2 上的 {1} 经过 {3}'],
  [/^(.+) on (\S+) does not (?:reach|come to) (.+)$/, '$2 上的 {1} 不经过 {3}'],
  [/^(.+) on (\S+) is answered by (\S+)$/, '$2 上的 {1} 以 $3 应答'],
  [/^(.+) on (\S+) is not answered$/, '$2 上的 {1} 没有应答'],
  [/^it does not; (.*)$/, '没有；{1}'], [/^its path: (.*)$/, '它的路径：{1;}'],
  [/^none of (?:its )?(\d+) events (?:is one|matches)$/, '$1 个事件都不匹配'],
  [/^never (.+)$/, '绝不经过 {1}'],
  [/^answered by (\S+)$/, '以 $1 应答'],
  [/^(.+) by (_*[a-z][a-z0-9_]+)$/, '{1}（由 $2 调用）'],
  [/^(_*[a-z][a-z0-9_]*_[a-z0-9_]+)((?: [\w>-]+)*?)(?: of (\S+))?$/, (found, say) =>
    `${found[1]} ${found[2].trim().split(' ').map(say).join(' ')}`.trim() + (found[3] ? `（${found[3]}）` : '')],
  [/^(.+), the child$/, '$1，子套接字'], [/^(.+), the child, (\S+)$/, '$1，子套接字，$2'], [/^the child, (\S+)$/, '子套接字，$1'],
  [/^(.*[A-Z0-9]), (request|timewait|nothing|listening|connected)$/, '$1，{2}'],
  [/^consumed, nothing to keep \((\S+)\)$/, '已处理，没有数据要保存（$1）'],
  [/^(.+), sends nothing$/, '{1}，不发送任何报文'],
  [/^(hit|miss|dropped|no-socket) ([A-Z_]+)$/, '{1} $2'],
  [/^(\S+ \S+|\S+) > (\S+), CLOSED$/, '$1 > $2，CLOSED'],
  [/^child of (\S+)$/, '$1 的子套接字'],

  /* --- verdicts --- */
  [/^answered with RST, no socket was found(?: \((\S+)\))?$/, (found) => `以 RST 应答：没有找到套接字${found[1] ? `（${found[1]}）` : ''}`],
  [/^answered with RST by (.+?)(?: \((\S+)\))?$/, (found, say) => `${say(found[1])} 以 RST 应答${found[2] ? `（${found[2]}）` : ''}`],
  [/^discarded: (.+), and nothing answers a RST(?: \((\S+)\))?$/, (found, say) => `被丢弃：${say(found[1])}，而 RST 从不应答${found[2] ? `（${found[2]}）` : ''}`],
  [/^(.+), and nothing is sent(?: \((\S+)\))?$/, (found, say) => `${say(found[1])}，也不发送任何报文${found[2] ? `（${found[2]}）` : ''}`],
  [/^(.+) does not accept it$/, '{1} 不接受它'],
  [/^the RST ends (.+)$/, 'RST 终止了 {1}'],
  [/^a connection request to (.+), kept in a request socket$/, '发给 {1} 的连接请求，保存在请求套接字里'],
  [/^a connection request to (.+), answered with a SYN cookie, nothing is kept$/, '发给 {1} 的连接请求，以 SYN cookie 应答，什么都不保存'],
  [/^a connection request to (.+), dropped(?: \((.+)\))?$/, (found, say) => `发给 ${say(found[1])} 的连接请求，被丢弃${found[2] ? `（${found[2]}）` : ''}`],
  [/^(simultaneous open|self-connect), (.+) goes from (\S+) to (\S+)$/, '{1}：{2} 从 $3 进入 $4'],
  [/^(.+) goes from (\S+) to (\S+)$/, '{1} 从 $2 进入 $3'],
  [/^dropped \((\S+)\)$/, '被丢弃（$1）'],
  [/^dealt with by (.+?)(?: in (\S+))?$/, (found, say) => `由 ${say(found[1])} 处理${found[2] ? `（${found[2]}）` : ''}`],

  /* --- the ladder --- */
  [/^(\d+) checks? passed$/, '$1 项检查通过'], [/^(\d+) checks?$/, '$1 项检查'], [/^(\d+) not observed$/, '$1 项未观测到'],
  [/^(\d+) times more the same segment, in (.+)$/, '同样的报文段还有 $1 次，共 $2'],
  [/^(\d+) times more the same (\d+) segments, in (.+)$/, '同样的 $2 个报文段还有 $1 次，共 $3'],
  [/^(\d+) more segments like these, (\d+) bytes in (.+)$/, '类似的报文段还有 $1 个，共 $2 字节，$3'],
  [/^sent (\d+) more times, in (.+)$/, '又发送了 $1 次，共 $2'],
  [/^(.+), (\d+) packets$/, '$1，$2 个分组'],
  [/^now (\S+ > \S+)$/, '现为 $1'],
  [/^Packets were held by: (.+)\.$/, '扣留报文的方式：{1}。'],
  [/^The segments were not traced: (.+)$/, '没有跟踪报文段：{1}'],
  [/^(\d+) events were lost and (\d+) calls missed: what is missing here proves nothing\.$/,
    '丢失了 $1 个事件，错过了 $2 次调用：这里没有的，不能说明它没有发生。'],
  [/^(\d+(?:-\d+)?) (.*[a-z].*)$/, '$1 {2}'],
  [/^Sequence diagram of (\S+) over (\S+)$/, '$1 的时序图，$2'], [/^Topology of (\S+)$/, '$1 的拓扑'],

  [/^needs a kernel (.+?), this is (\S+)(?: \((.*)\))?$/, (found, say) =>
    `需要内核 ${found[1]}，而这里是 ${found[2]}${found[3] ? `（${say(found[3])}）` : ''}`],
  [/^this kernel's sock_diag does not list bound sockets \(needs (\S+), commit (\S+)\)$/,
    '此内核的 sock_diag 不列出已绑定的套接字（需要 $1，提交 $2）'],
  [/^this kernel does not show the calls of (\S+): (.*)$/, '此内核不显示对 $1 的调用：{2}'],
  [/^this kernel does not show drop reasons: (.*)$/, '此内核不显示丢弃原因：{1}'],
  [/^this kernel reports no reason, so (\S+) cannot be checked: (.*)$/, '此内核不报告原因，所以无法检查 $1：{2}'],
  [/^needs IPv6: this kernel has none$/, '需要 IPv6，而此内核没有'],
  [/^needs (\S+): (.+?)(?: \(([^()]*)\))?$/, (found, say) => `需要 ${found[1]}：${found[2]}${found[3] ? `（${say(found[3])}）` : ''}`],

  /* --- a segment's numbers and times --- */
  [/^(.*), on the wire: (.*)$/, '$1，线路上：$2'], [/^options: (.*)$/, '选项：$1'],
  [/^(\S+): left ([\d.]+ ms|not seen)( \(was held\))?, arrived at (\S+): ([\d.]+ ms|not seen)$/, (found) => {
    const time = (text) => text === 'not seen' ? '未观测到' : text;
    return `${found[1]}：${time(found[2])} 发出${found[3] ? '（曾被扣留）' : ''}，${time(found[5])} 到达 ${found[4]}`;
  }],
  [/^(.*) = a bucket that was not observed$/, '$1 = 未观测到的桶'], [/^(.*) = bucket (\d+)$/, '$1 = 桶 $2'],
  [/^(.*[A-Z0-9]), (held|held to the end|sent again|injected|not seen leaving|not seen arriving|no interface saw it leave|does not arrive|no packet captured)$/,
    '{1}，{2}'],
  [/^(.+) \((request|timewait)\)$/, '{1}（{2}）'],
  [/^(\S+) has seen (?:a segment|(\d+) segments) behind step (\d+) that no step expects: (.*?)(, and so on)?\.?$/,
    (found) => `步骤 ${found[3]} 之后，${found[1]} 还看到${found[2] ? ` ${found[2]} 个` : '一个'}没有步骤预期的报文段：${found[4]}${found[5] ? '，等等' : ''}`],
  [/^(.+), queue (\d+) of (\d+)$/, '$1，全连接队列 $2/$3'],

  /* --- results and facts --- */
  [/^(\d+) runs? of (\d+) scenarios?: (\d+) passed, (\d+) failed, in (.+)$/, '$2 个场景的 $1 次运行：$3 次通过，$4 次失败，历时 $5'],
  [/^(\S+): (\d+) of (\d+) runs? passed \((.*)\)(.*)$/, '$1：$3 次运行中 $2 次通过（$4）$5'],
  [/^(\d+) checks? ([\d.]+ m?s)$/, '$1 项检查 $2'], [/^(\d+): (.+)$/, '$1：{2}'],
  [/^(\S+) answers$/, '$1 有应答'], [/^by (sch_plug|neighbour queue)$/, '用 {1}'],
  [/^from (\S+)$/, '来自 $1'], [/^from (\S+), by (\S+)$/, '来自 $1，由 $2 接受'],
  [/^backlog (\d+)$/, 'backlog 为 $1'],
  [/^(\d+) bytes, then the end of the stream$/, '$1 字节，然后流结束'],
  [/^(\d+) of (\d+) bytes accepted at once$/, '$2 字节中立即接受了 $1 字节'],
  [/^(\$\S+) is (\S+)$/, '$1 为 $2'], [/^(.+) \(timed out\)$/, '$1（超时）'],
  [/^exit (\d+); printed (.+)$/, '退出状态 $1；输出 {2}'], [/^printed (.+)$/, '输出 {1}'], [/^killed; printed (.+)$/, '被终止；输出 {1}'],
  [/^exit status (\d+)$/, '退出状态 $1'], [/^on (\S+), (.+)$/, '在 $1 上，{2}'],
  [/^(tcp_lookup\.ko), schema (\d+)$/, '$1，schema $2'], [/^not loaded: (.*)$/, '未加载：{1}'],
  [/^([-\d]+ [:\d]+ UTC), in (.+)$/, '$1，历时 $2'],
  [/^RFC (\d+), section ([\d.]+)(.*)$/, (found, say) => `RFC ${found[1]}，${found[2]} 节${found[3].replace(/, figure (\d+)/g, '，图 $1').replaceAll('; ', '；')}`],
  [/^RFC (\d+), sections ([\d.]+) and ([\d.]+)(;?)$/, (found) => `RFC ${found[1]}，${found[2]} 节和 ${found[3]} 节${found[4] && '；'}`],
  [/^(\S+): step (\d+)$/, '$1：步骤 $2'], [/^(\S+) (before|after|once): step (\d+)$/, (found) =>
    `${found[1]} ${{ before: '之前', after: '之后', once: '一次' }[found[2]]}：步骤 ${found[3]}`],
  [/^(\S+) at step (\d+)$/, '步骤 $2 时的 $1'],
  [/^line (\d+)$/, '第 $1 行'], [/^step (\d+)$/, '步骤 $1'], [/^Step (\d+)$/, '步骤 $1'],
  [/^, on (\S+)$/, '，在 $1 上'],
  [/^no segment is looked up here$/, '这里不查找任何报文段'],
  [/^(?:(\d+) compared, )?(hit|miss)(?:, score (\d+))?(, chosen by its group)?$/, (found, say) =>
    [found[1] && `比较了 ${found[1]} 个`, say(found[2]), found[3] && `得分 ${found[3]}`, found[4] && '由组选出'].filter(Boolean).join('，')],
  [/^not searched: an earlier step hit$/, '没有查：前面的步骤已命中'],
  [/^(\d+) sockets?$/, '$1 个套接字'], [/^not this host's$/, '不属于这台主机'],
  [/^only connections among the first (\d+) sockets on the port, which has more$/, '端口上的前 $1 个套接字都只是连接，后面还有'],
  [/^(\S+): not observed, its text could not be read$/, '$1：未观测到，读不到它的文本'],
  [/^The chains are those of the tables at step (\d+)\.$/, '其中的链取自步骤 $1 读到的表。'],

  /* --- lists --- */
  [/^.*; .*$/, parts('; ', '；')],
);
})();
