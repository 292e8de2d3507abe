/* SPDX-License-Identifier: MIT */
/* The interface in Chinese. Kernel names, states and flags keep their English names, as in the
   glossary (docs/zh/glossary.md). */
'use strict';
lab.chinese = {
  words: {
    /* Tools */
    'Light': '浅色', 'Dark': '深色', 'Open all': '全部展开', 'Close all': '全部折叠',
    'Compare': '对比', 'Present': '演示', 'Filter': '筛选', 'Verdict': '结果', 'all': '全部',
    'words of the run or its title': '运行名或标题中的词',
    'Previous moment': '上一时刻', 'Next moment': '下一时刻', 'Moment': '时刻', 'The moment': '当前时刻',
    'The tables at this moment': '此刻的表',
    '← → and space go from moment to moment.': '用 ← → 和空格键切换时刻。',
    'This run cannot be presented: it has no steps.': '这次运行没有步骤，无法演示。',
    'There is no run to present.': '没有可以演示的运行。',
    /* Verdicts and facts */
    'passed': '通过', 'failed': '失败', 'not observed': '未观测到',
    'family': '协议族', 'variant': '变体', 'rule': '规则', 'kernel': '内核', 'module': '模块',
    'played': '运行时间', 'held by': '扣留方式', 'verdict': '结果', 'caution': '注意',
    'not known': '未知', 'witness': '观测来源', 'expected': '预期', 'seen': '实际', 'cause': '原因', 'at': '位置',
    /* Sections */
    'Runs': '运行列表', 'What failed': '失败的检查', 'What happened': '发生了什么', 'Lookups': '查找',
    'Tables': '表', 'Steps and checks': '步骤与检查', 'Programs': '程序', 'Paths': '路径', 'Scenario': '场景',
    'Tables before and after': '前后对比的表', 'The tables at that moment': '当时的表',
    'Paths through the kernel': '在内核中的路径', 'The scenario': '场景文件', 'Topology': '拓扑',
    'Parts of this run': '本次运行的各部分', 'What the scenario shows': '场景说明',
    'The tables, moment by moment': '逐个时刻看表', 'Moments': '时刻',
    'The kernel’s functions': '内核函数',
    'The first and the last snapshot of each host’s tables, with a column per witness: ✓ shows the row, ✗ does not, ○ could not look. Changes are highlighted; a bar on the left marks a row that a check is about.':
      '每台主机最早和最后一次读到的表，每个观测来源一列：✓ 看到这一行，✗ 没有看到，○ 无法观测。变化的行高亮显示；左侧的竖条表示有检查涉及这一行。',
    'The module’s answers to lookups: which socket a SYN would meet. The thick line is the lookup walk; it passes the sockets that the SYN is compared with.':
      '模块对查找的回答：一个 SYN 会遇到哪个套接字。粗线是查找的路线，依次经过与 SYN 比较的套接字。',
    'Each arrival with the segment’s lookup in the receiver’s tables, as the segment finds them. A bucket is a hash of the ends, cut to the table’s size by its mask.':
      '每个到达的报文段，以及它在接收方各表中的查找过程；表的内容是它到达时的样子。对两端地址和端口求哈希，再与掩码相与，就得到桶号。',
    'Each segment that arrived, and what the receiver’s kernel did with it: caller, function, outcome and socket. ×3: three such segments in one step, of which the first is shown. The names link to the source.':
      '每个到达的报文段，以及接收方内核对它的处理：调用者、函数、结果、套接字。×3 表示同一步骤里有三个这样的报文段，只列出第一个。函数名链接到源码。',
    'Open a step to see its checks and their witnesses.': '展开步骤可查看检查及其观测来源。',
    'asked by': '调用者', 'function': '函数', 'outcome': '结果', 'socket': '套接字',
    'state and ends': '状态与两端', 'bucket': '桶', 'play': '运行', 'checks': '检查', 'time': '用时',
    'empty': '空', 'It printed nothing.': '没有输出。', 'new': '新增', 'goes': '将消失', 'changed': '已变化', 'changes': '将变化',
    /* The lookup of a segment */
    'hit': '命中', 'miss': '未命中', 'not reached': '不再查', 'never asked,': '从不查，',
    '○ not observed': '○ 未观测到',
    'connections': '连接', 'listeners': '监听套接字', 'ports, by bind()': '端口（由 bind() 占用）',
    'no socket holds the port': '没有套接字占用此端口',
    '○ which sockets hold the port was not observed': '○ 未观测到哪些套接字占用此端口',
    'no step has read them yet; what the trace has reported': '还没有步骤读过这些表；以下来自跟踪',
    '○ whether a TIME-WAIT took the place of a socket that closed was not observed':
      '○ 未观测到已关闭的套接字是否由 TIME-WAIT 接替',
    /* Predictions */
    'Predict first': '先预测', 'Show without a prediction': '不预测，直接看', 'The answer of this run': '本次运行的答案',
    'You predicted': '你的预测：', 'This run:': '本次运行：',
    'What answers the first SYN, or the same SYN sent again?': '第一个 SYN（或其重传）会得到什么回应？',
    'ICMP error': 'ICMP 差错', 'silence': '没有回应',
    /* Two runs */
    'Two runs side by side': '两次运行并排对比', 'Left run': '左侧的运行', 'Right run': '右侧的运行',
    'Moments of both runs': '两次运行的时刻', 'differences only': '只看不同',
    'Their moments in order. ≠ differs, − only left, + only right. Times, addresses and buckets are not compared.':
      '按顺序列出两边的时刻。≠ 不同，− 只在左侧，+ 只在右侧。时间、地址和桶号不参与比较。',
    /* Functions */
    'Looks for the segment’s connection before routing; only in the established hash.': '在路由之前先找报文段所属的连接，只查 ehash。',
    'Receives every TCP segment from IP, finds its socket, and hands it on.': '从 IP 层接收每个 TCP 报文段，找到对应的套接字并交给它处理。',
    'Searches one bucket of the established hash for both ends of the segment.': '用报文段的两端在 ehash 的一个桶里查找。',
    'Searches the listener hash twice: with the exact address, then with the wildcard.': '在监听哈希里查两次：先用确切地址，再用通配地址。',
    'Searches one bucket of the listener hash for the listener that fits best.': '在监听哈希的一个桶里找最匹配的监听套接字。',
    'Hashes addresses and ports of both ends, with a secret, for the established hash.': '用密钥对两端的地址和端口求哈希，供 ehash 使用。',
    'Hashes the local address and port for the listener hash.': '对本地地址和端口求哈希，供监听哈希使用。',
    'Answers a SYN to a listener: keeps a request in the established hash and sends a SYN-ACK.': '回应发给监听套接字的 SYN：把请求放进 ehash，并发送 SYN-ACK。',
    'Decides what a segment does to a request; a valid ACK makes the child.': '决定报文段对请求的作用；合法的 ACK 会创建子套接字。',
    'Makes the child socket of an accepted connection.': '为被接受的连接创建子套接字。',
    'Handles a segment in every state but ESTABLISHED and TIME-WAIT.': '处理除 ESTABLISHED 和 TIME-WAIT 以外各状态下的报文段。',
    'Handles what a socket in SYN-SENT receives, also the SYN of a simultaneous open.': '处理 SYN-SENT 状态收到的报文段，包括同时打开时的 SYN。',
    'Handles a segment of an established connection.': '处理已建立连接的报文段。',
    'Decides what a segment to a socket in TIME-WAIT gets: ACK, RST, a new connection, nothing.': '决定发给 TIME-WAIT 套接字的报文段得到什么：ACK、RST、新连接，或什么都没有。',
    'Answers a segment with RST, unless it is a RST itself.': '用 RST 回应报文段；如果它本身就是 RST，则不回应。',
    'Sends a RST that answers no segment, for example after close() with unread data.': '主动发送 RST，例如 close() 时还有未读数据。',
    'Ends the connection that a RST has arrived for.': '收到 RST 后终止连接。',
    'Queues a segment for a socket that a process is using; it is handled later.': '套接字正被进程占用时，把报文段排进 backlog，稍后处理。',
    'Hands a segment that is sent to IP.': '把要发送的报文段交给 IP 层。',
    'Drops a packet; the tracepoint names the reason.': '丢弃报文；跟踪点会给出原因。',
    'The tracepoint at which a socket’s state changes.': '套接字状态改变时的跟踪点。',
    'Does connect(): puts the socket into the established hash in SYN-SENT, and sends the SYN.': '实现 connect()：把套接字以 SYN-SENT 状态放进 ehash，并发送 SYN。',
    'Does bind(): puts the socket into the bind table if no other conflicts with it.': '实现 bind()：如果没有冲突，就把套接字放进 bhash。',
    'Does listen(): puts the socket into the listener hash.': '实现 listen()：把套接字放进监听哈希。',
  },
  patterns: [
    [/^tables of (\S+)$/, '$1 的表'],
    [/^as step (\d+) read them$/, '步骤 $1 读到的内容'],
    [/^as step (\d+) read them, and (\d+) changes? traced since$/, '步骤 $1 读到的内容，加上此后跟踪到的 $2 次变化'],
    [/^no step has read them yet, and there is no trace: (.*)$/, '还没有步骤读过这些表，也没有跟踪：{1}'],
    [/^○ what has changed since was not observed: (.*)$/, '○ 此后的变化未观测到：{1}'],
    [/^○ inferred from the tables of step (\d+); the kernel’s own lookup was not observed$/,
      '○ 由步骤 $1 的表推断；内核自己的查找过程未观测到'],
    [/^○ not observed: (.*)$/, '○ 未观测到：{1}'],
    [/^(\S+), CLOSED holds the port, and does not listen$/, '$1（CLOSED）占用此端口，但没有监听'],
    [/^(.*) holds? the port$/, '$1 占用此端口'],
    [/^(.*) holds? the port, and does not listen$/, '$1 占用此端口，但没有监听'],
    [/^(\d+) checks? passed, (\d+) failed, (\d+) not observed\. Open a step to see its checks and their witnesses\.$/,
      '$1 项通过，$2 项失败，$3 项未观测到。展开步骤可查看检查及其观测来源。'],
    [/^([✓✗○]) passed$/, '$1 通过'], [/^([✓✗○]) failed$/, '$1 失败'], [/^([✓✗○]) not observed$/, '$1 未观测到'],
    [/^(\d+) of (\d+)$/, '$2 中的 $1'],
    [/^and (\d+) more$/, '另有 $1 个'],
  ],
};
